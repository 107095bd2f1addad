import type Database from 'better-sqlite3';
import { getState, prepare, setState } from './statements.ts';

export type StateName = 'last_event_id' | 'search_done_id';

/** A number the store remembers; 0 before it was set. */
export function readState(connection: Database.Database, name: StateName): number {
  const row = prepare(connection, getState).get(name);
  if (typeof row !== 'object' || row === null || !('value' in row)) return 0;
  return typeof row.value === 'number' ? row.value : 0;
}

/** Remembers a number; part of the transaction that is open. */
export function writeState(connection: Database.Database, name: StateName, value: number): void {
  prepare(connection, setState).run(value, name);
}
