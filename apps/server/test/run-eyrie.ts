import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const eyrie = fileURLToPath(new URL('../bin/eyrie', import.meta.url));

/** Starting loads and attaches BPF programs on a machine that others use too. */
const startMs = 30_000;

export interface RunningEyrie {
  readonly child: ChildProcess;
  /** Standard output and error so far. */
  readonly output: () => string;
  /** Waits until the output matches; fails at once when the program ends before. */
  readonly waitFor: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** The exit status, when it has come. */
  readonly ended: Promise<number | null>;
  /** Sends a signal; resolves with the exit status and the milliseconds it took. */
  readonly end: (signal: NodeJS.Signals) => Promise<{ readonly status: number | null; readonly ms: number }>;
}

const started: ChildProcess[] = [];

/** Starts the real program, through `wrapper` (such as setpriv) when there is one. */
export function startEyrie(args: readonly string[], wrapper: readonly string[] = []): RunningEyrie {
  const [command = '', ...rest] = [...wrapper, eyrie, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    output: () => text,
    ended,
    async waitFor(pattern) {
      const seen = (): boolean => pattern.test(text) || child.exitCode !== null;
      await expect.poll(seen, { timeout: startMs, message: `${String(pattern)} in the output` }).toBe(true);
      const match = pattern.exec(text);
      if (match === null) throw new Error(`ended before ${String(pattern)}: ${text}`);
      return match;
    },
    async end(signal) {
      const start = performance.now();
      child.kill(signal);
      return { status: await ended, ms: performance.now() - start };
    },
  };
}

/** Ends what a failed test left running. */
export function endAll(): void {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
}
