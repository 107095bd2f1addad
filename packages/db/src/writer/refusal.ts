import Database from 'better-sqlite3';

/** Codes that say a value was refused, not that the database failed. */
const refusals = ['SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_TOOBIG', 'SQLITE_RANGE'];

/** True when one row alone is at fault, so that the rest of its batch can be stored. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof Database.SqliteError) {
    const { code } = error;
    return refusals.some((prefix) => code.startsWith(prefix));
  }
  // The binding refuses objects and symbols with TypeError, bigints beyond 64 bits with RangeError.
  return error instanceof TypeError || error instanceof RangeError;
}
