import type Database from 'better-sqlite3';
import { insertSearch, prepare, selectCommands } from './statements.ts';
import { readState, writeState } from './store-state.ts';

/** Event ids looked at in one transaction: about 10 ms of work, so that a waiting batch hardly notices. */
const IDS_PER_STEP = 1000;

/**
 * Makes the command lines of stored `process.exec` events searchable, a little at a time. Doing it with the insert
 * would cut the rate of process events to a third.
 */
export interface CommandIndexer {
  /** Indexes the next events up to `lastId`; false when there was nothing to do. Throws what SQLite throws. */
  step(lastId: number): boolean;
  /** Event ids not looked at yet. */
  behind(lastId: number): number;
}

/** Builds the indexer for the connection that writes. */
export function createCommandIndexer(connection: Database.Database): CommandIndexer {
  const select = prepare(connection, selectCommands);
  const insert = prepare(connection, insertSearch);
  let done = readState(connection, 'search_done_id');

  return {
    step(lastId) {
      if (done >= lastId) return false;
      const until = Math.min(done + IDS_PER_STEP, lastId);
      const run = connection.transaction(() => {
        for (const row of select.all(done, until)) {
          if (typeof row !== 'object' || row === null || !('id' in row) || !('summary' in row)) continue;
          if (typeof row.id === 'number' && typeof row.summary === 'string') insert.run(row.id, row.summary);
        }
        writeState(connection, 'search_done_id', until);
      });
      run.immediate();
      done = until;
      return true;
    },
    behind: (lastId) => Math.max(0, lastId - done),
  };
}
