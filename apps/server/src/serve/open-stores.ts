import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  lockStorage,
  openControlStore,
  openEventReader,
  openEventStore,
  startWriter,
  StoreError,
  type ControlStore,
  type EventReader,
  type EventWriter,
} from '@eyrie/db';
import { CommandError, exitCodes } from '../cli/exit-codes.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../log/create-logger.ts';
import { findSystemError } from '../system-error.ts';

export interface Stores {
  readonly control: ControlStore;
  readonly reader: EventReader;
  readonly writer: EventWriter;
  /** Writes what is queued, then closes all three. */
  close(): Promise<void>;
}

/** Claims `storage.directory` for this process and opens or creates both databases below it. Throws `CommandError` that says what is wrong with which file. */
export async function openStores(storage: Config['storage'], log: Logger): Promise<Stores> {
  const { directory } = storage;
  createDirectory(directory);
  const lock = claim(directory);
  const eventPath = join(directory, 'events.db');
  try {
    const control = await openControlStore({ path: join(directory, 'control.db') });
    await openEventStore({ path: eventPath });
    const writer = await startWriter({
      path: eventPath,
      retention: { maxAgeDays: storage.retention_days, maxBytes: storage.retention_bytes },
      onState: (state, problem) => {
        if (state === 'ok') log.info('events are being stored again');
        else if (state !== 'closed') log.error({ state }, problem ?? 'events can not be stored');
      },
    });
    const reader = await openEventReader({ path: eventPath });
    return {
      control,
      reader,
      writer,
      async close() {
        await writer.close();
        await reader.close();
        await control.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw toCommandError(error);
  }
}

function claim(directory: string): ReturnType<typeof lockStorage> {
  try {
    return lockStorage(directory);
  } catch (error) {
    throw toCommandError(error);
  }
}

function toCommandError(error: unknown): unknown {
  return error instanceof StoreError
    ? new CommandError(exitCodes.storage, error.message, { cause: error })
    : error;
}

function createDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = findSystemError(error)?.code ?? 'unknown error';
    const message =
      `The storage directory ${directory} can't be created (${code}). ` +
      'Choose one this user may write with --storage or storage.directory.';
    throw new CommandError(exitCodes.storage, message, { cause: error });
  }
}
