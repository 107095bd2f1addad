import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { toStoreError } from './store-error.ts';

/**
 * How long one statement waits for another program's lock, in milliseconds. Short enough that closing, which may wait
 * twice, keeps its three seconds.
 */
const BUSY_TIMEOUT_MS = 1000;

/**
 * Pages in the log before a commit moves them into the database: 8000 pages of 8 KiB are 64 MiB. A batch of 10 000
 * events writes about 15 MiB, and the default of 1000 pages would sync the disk with every one of them.
 */
const AUTOCHECKPOINT_PAGES = 8000;

/** Opens a file, tries `setUp` on it, and closes it again if that fails; every failure is a `StoreError`. */
function openWith(
  path: string,
  options: Database.Options,
  setUp: (db: Database.Database) => void,
): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, options);
    setUp(db);
    return db;
  } catch (error) {
    db?.close();
    throw toStoreError(error, path);
  }
}

/** Makes the directory (0700) and the file (0600) if they are not there; what is there keeps its mode. Throws `StoreError`. */
export function createFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // The log and the shared-memory file take the mode of the database file.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    // SQLite would open a write-protected file for reading and fail later with a vaguer message.
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw toStoreError(error, path);
  }
}

/**
 * Opens a database for writing, making the file (0600) and its directory (0700) if needed: write-ahead log,
 * `synchronous=NORMAL` (a crash of the program loses nothing, a loss of power at most the last commits), foreign keys
 * on. Throws `StoreError`.
 */
export function openWritableDatabase(path: string): Database.Database {
  createFile(path);
  return openWith(path, { timeout: BUSY_TIMEOUT_MS }, (db) => {
    // Both only take effect while the file is empty. 8 KiB pages wrote 1.3 times the rows of 4 KiB ones.
    db.pragma('page_size = 8192');
    db.pragma('auto_vacuum = incremental');
    db.pragma('journal_mode = wal');
    db.pragma('synchronous = normal');
    db.pragma('foreign_keys = on');
    db.pragma('cache_size = -65536');
    db.pragma(`wal_autocheckpoint = ${AUTOCHECKPOINT_PAGES}`);
    // A log that grew behind a slow reader is cut back to this at the next checkpoint.
    db.pragma('journal_size_limit = 16777216');
    db.pragma('trusted_schema = off');
  });
}

/** Opens an existing database on a connection that can't write. Throws `StoreError`. */
export function openReadonlyDatabase(path: string): Database.Database {
  if (!existsSync(path)) {
    throw toStoreError(Object.assign(new Error('no such file'), { code: 'ENOENT' }), path);
  }
  return openWith(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS }, (db) => {
    db.pragma('query_only = on');
    db.pragma('cache_size = -32768');
    db.pragma('trusted_schema = off');
    // Reads the schema, so that a file that is not a database fails here and not at the first query.
    db.pragma('schema_version');
    db.prepare('select count(*) from sqlite_schema').get();
  });
}
