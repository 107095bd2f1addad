import { homedir, userInfo } from 'node:os';
import { writeSync } from 'node:fs';
import { builtInRules, compilePattern } from '@eyrie/engine/redact';
import type { CliContext } from './context.ts';
import { findSystemError } from '../system-error.ts';
import { exitCodes } from './exit-codes.ts';
import { readNewPassword } from './read-password.ts';

/** Writes all of `text`, also into a full pipe; a reader that has gone away is no failure of ours. */
function writeWhole(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (findSystemError(error)?.code !== 'EAGAIN') return;
    }
  }
}

/** A user of a container may have no name. */
function findUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** The context of this very process. Call once. */
export function createProcessContext(): CliContext {
  return {
    environment: process.env,
    isRoot: process.getuid?.() === 0,
    homeDirectory: homedir(),
    userName: findUserName(),
    builtInRuleNames: builtInRules.map((rule) => rule.name),
    checkPattern: (pattern) => {
      const result = compilePattern(pattern);
      return result.ok ? { ok: true } : result;
    },
    print: (text) => writeWhole(1, text),
    printError: (text) => writeWhole(2, text),
    readNewPassword: async () => readNewPassword(process.stdin, (text) => writeWhole(2, text)),
    onStop(listener) {
      let stopping = false;
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.on(signal, () => {
          // Whoever asks twice does not want to wait for the flush.
          if (stopping) process.exit(exitCodes.failure);
          stopping = true;
          listener(signal);
        });
      }
    },
    onReload: (listener) => void process.on('SIGHUP', listener),
    onFatal(listener) {
      let failed = false;
      const once = (error: unknown): void => {
        if (failed) return;
        failed = true;
        listener(error);
      };
      process.on('uncaughtException', once);
      process.on('unhandledRejection', once);
    },
  };
}
