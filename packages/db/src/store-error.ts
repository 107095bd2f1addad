import Database from 'better-sqlite3';

export type StoreErrorCode =
  | 'STORE_CORRUPT'
  | 'STORE_LOCKED'
  | 'STORE_IN_USE'
  | 'STORE_FULL'
  | 'STORE_TOO_NEW'
  | 'STORE_READONLY'
  | 'STORE_PERMISSION'
  | 'STORE_NOT_FOUND'
  | 'STORE_BAD_CURSOR'
  | 'STORE_CLOSED'
  | 'STORE_FAILED';

/** A failure of the store. Callers test `code`; the message names the file and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly path: string;

  constructor(code: StoreErrorCode, path: string, options: { message: string; cause?: unknown }) {
    super(options.message, { cause: options.cause });
    this.code = code;
    this.path = path;
  }
}

const advice: Record<StoreErrorCode, (path: string) => string> = {
  STORE_CORRUPT: (path) =>
    `The database ${path} is damaged or is not a database. Stop Eyrie, move ${path}, ${path}-wal and ${path}-shm aside, ` +
    `then start again: a new one is made. "sqlite3 OLD .recover" may save rows from the old file.`,
  STORE_LOCKED: (path) =>
    `The database ${path} is locked by another program. Stop the other Eyrie or sqlite3 that has it open, then try again.`,
  STORE_IN_USE: (path) =>
    `Another Eyrie is using ${path}. Stop it, or choose another directory with --storage or storage.directory.`,
  STORE_FULL: (path) =>
    `There is no space left for ${path}. Free space on its disk, or lower the retention limits; Eyrie goes on by itself.`,
  STORE_TOO_NEW: (path) =>
    `The database ${path} was written by a newer Eyrie. Install that version or newer, or use another database file.`,
  STORE_READONLY: (path) =>
    `The database ${path} is on a read-only file system or is write-protected. Make it writable.`,
  STORE_PERMISSION: (path) =>
    `The database ${path} can't be opened. Check that its directory exists and that this user may read and write there.`,
  STORE_NOT_FOUND: (path) => `The database ${path} does not exist.`,
  STORE_BAD_CURSOR: () => 'The page cursor is not one this server gave out.',
  STORE_CLOSED: (path) => `The database ${path} is already closed.`,
  STORE_FAILED: (path) => `The database ${path} failed.`,
};

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html); extended ones start with a primary one. */
const codeOfPrefix: readonly (readonly [string, StoreErrorCode])[] = [
  ['SQLITE_CORRUPT', 'STORE_CORRUPT'],
  ['SQLITE_NOTADB', 'STORE_CORRUPT'],
  ['SQLITE_BUSY', 'STORE_LOCKED'],
  ['SQLITE_LOCKED', 'STORE_LOCKED'],
  ['SQLITE_FULL', 'STORE_FULL'],
  // A full disk shows as these when the shared-memory file can't grow or a write stops half-way.
  ['SQLITE_IOERR_SHMSIZE', 'STORE_FULL'],
  ['SQLITE_IOERR_WRITE', 'STORE_FULL'],
  ['SQLITE_READONLY', 'STORE_READONLY'],
  ['SQLITE_CANTOPEN', 'STORE_PERMISSION'],
  ['SQLITE_PERM', 'STORE_PERMISSION'],
  ['SQLITE_AUTH', 'STORE_PERMISSION'],
];

/** Node's file errors, for what fails before SQLite is asked. */
const codeOfErrno: Readonly<Record<string, StoreErrorCode>> = {
  EACCES: 'STORE_PERMISSION',
  EPERM: 'STORE_PERMISSION',
  EEXIST: 'STORE_PERMISSION',
  EISDIR: 'STORE_PERMISSION',
  ENOTDIR: 'STORE_PERMISSION',
  EROFS: 'STORE_READONLY',
  ENOSPC: 'STORE_FULL',
  EDQUOT: 'STORE_FULL',
  ENOENT: 'STORE_NOT_FOUND',
};

/** Builds the error of `code` for the file at `path`, with the standing advice as its message. */
export function storeError(code: StoreErrorCode, path: string, cause?: unknown): StoreError {
  const detail = cause instanceof Error ? ` (${cause.message})` : '';
  return new StoreError(code, path, { message: advice[code](path) + detail, cause });
}

/** Maps whatever SQLite or the file system threw for the file at `path` to a `StoreError`. Never throws. */
export function toStoreError(thrown: unknown, path: string): StoreError {
  if (thrown instanceof StoreError) return thrown;
  if (thrown instanceof Database.SqliteError) {
    const sqliteCode = thrown.code;
    const known = codeOfPrefix.find(([prefix]) => sqliteCode.startsWith(prefix));
    return storeError(known?.[1] ?? 'STORE_FAILED', path, thrown);
  }
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') {
    return storeError(codeOfErrno[thrown.code] ?? 'STORE_FAILED', path, thrown);
  }
  return storeError('STORE_FAILED', path, thrown);
}
