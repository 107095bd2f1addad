import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createFile } from './open-database.ts';
import { storeError, toStoreError } from './store-error.ts';

/** Its content is nothing; only the lock on it counts. */
const LOCK_FILE = 'eyrie.lock';

/** Holds a storage directory for one process. */
export interface StorageLock {
  /** Lets go. Idempotent. */
  close(): void;
}

/**
 * Claims `directory` for this process, making it if needed: two writers would each give out the same event ids. The kernel
 * holds the lock (SQLite's own, on an empty file of mode 0600), so it ends with the process, however that ends, and a stale one
 * can't be. Throws `StoreError`, STORE_IN_USE when another Eyrie has the directory.
 */
export function lockStorage(directory: string): StorageLock {
  const path = join(directory, LOCK_FILE);
  createFile(path);
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: 0 });
    db.exec('begin exclusive');
  } catch (error) {
    db?.close();
    const isHeld = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
    throw isHeld ? storeError('STORE_IN_USE', directory) : toStoreError(error, path);
  }
  const held = db;
  return { close: () => void held.close() };
}
