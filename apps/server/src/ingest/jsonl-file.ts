import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { eventText, type RedactedEvent } from '@eyrie/engine';
import { CommandError, exitCodes } from '../cli/exit-codes.ts';
import { findSystemError } from '../system-error.ts';

/** A file of redacted events, one JSON object a line. */
export interface JsonlFile {
  /** Events written so far. */
  readonly count: number;
  /** Appends whole lines; what a full disk cuts off is reported. Throws `CommandError`. */
  write(events: readonly RedactedEvent[]): void;
  /** Makes what was written durable. Idempotent. */
  close(): void;
}

/** Makes a new file of mode 0600. An existing one is never overwritten. Throws `CommandError`. */
export function openJsonlFile(path: string): JsonlFile {
  const descriptor = createPrivateFile(path);
  let count = 0;
  let isOpen = true;
  return {
    get count() {
      return count;
    },
    write(events) {
      if (!isOpen || events.length === 0) return;
      let rest = Buffer.from(events.map((event) => `${eventText(event)}\n`).join(''));
      try {
        while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
      } catch (error) {
        throw new CommandError(exitCodes.storage, describeFileError(path, error, 'written'), {
          cause: error,
        });
      }
      count += events.length;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      try {
        fsyncSync(descriptor);
      } catch (error) {
        // Pipes and terminals can't be synced and need not be.
        if (findSystemError(error)?.code !== 'EINVAL') throw error;
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

/** The descriptor of a new file that only this user can read. Throws `CommandError` that says why there is none. */
function createPrivateFile(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    throw new CommandError(exitCodes.storage, describeFileError(path, error, 'created'), { cause: error });
  }
}

function describeFileError(path: string, error: unknown, verb: string): string {
  const code = findSystemError(error)?.code ?? 'unknown error';
  const reasons: Readonly<Record<string, string>> = {
    EEXIST: `${path} exists already and is not overwritten. Choose another name, or remove it first.`,
    ENOENT: `${path} can't be ${verb}: its directory does not exist.`,
    EACCES: `${path} can't be ${verb}: this user may not write there.`,
    EROFS: `${path} can't be ${verb}: the file system is read-only.`,
    ENOSPC: `${path} can't be ${verb}: the disk is full.`,
  };
  return reasons[code] ?? `${path} can't be ${verb} (${code}).`;
}
