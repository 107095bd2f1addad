import type Database from 'better-sqlite3';
import type { ProcessInput } from '../event-input.ts';
import { isRefusal } from './refusal.ts';
import { insertProcess, prepare, selectProcessId, updateProcess, type SqlValue } from './statements.ts';

/** Identities remembered, so that an event of a known process costs a map look-up. 50 000 take about 10 MB. */
const CACHE_LIMIT = 50_000;

/** The values of a process in column order, from `pid` on. */
function valuesOf(process: ProcessInput): SqlValue[] {
  return [
    process.pid,
    process.ppid ?? null,
    process.parentExecId ?? null,
    process.exe ?? null,
    process.name ?? null,
    process.cmdline ?? null,
    process.cwd ?? null,
    process.uid ?? null,
    process.user ?? null,
    process.containerId ?? null,
    process.startUs ?? null,
    process.endUs ?? null,
    process.exitCode ?? null,
    process.signal ?? null,
  ];
}

/** Puts what `later` knows over `values`. */
function mergeInto(values: SqlValue[], later: ProcessInput): void {
  valuesOf(later).forEach((value, index) => {
    if (value !== null) values[index] = value;
  });
}

/** Reads the row id out of what `selectProcessId` gave. */
function idOf(row: unknown): number | null {
  if (typeof row !== 'object' || row === null || !('id' in row)) return null;
  return typeof row.id === 'number' ? row.id : null;
}

/** Writes process rows and knows the row id of each identity. A batch is collected first, so a process is written once. */
export interface ProcessRows {
  /** Notes what an event says of its own process: known values overwrite. */
  collect(process: ProcessInput): void;
  /** Notes a process an event names besides: stored only when nothing else is known of it. */
  mention(process: ProcessInput): void;
  /** Writes what was collected. Throws what SQLite throws. */
  flush(): void;
  /** Row id of a process of this or an earlier batch; null when its row was refused. */
  idOf(execId: string): number | null;
  /** Rows refused since the start, because a value had the wrong type. */
  refused(): number;
  /** Forgets everything: the transaction was rolled back, or retention removed rows. */
  forget(): void;
}

/** Builds the process writer for one connection. */
export function createProcessRows(connection: Database.Database): ProcessRows {
  const insert = prepare(connection, insertProcess);
  const update = prepare(connection, updateProcess);
  const find = prepare(connection, selectProcessId);
  let ids = new Map<string, number>();
  const collected = new Map<string, SqlValue[]>();
  let refused = 0;

  const store = (execId: string, values: SqlValue[]): number | null => {
    let id = ids.get(execId) ?? null;
    if (id === null) {
      const result = insert.run(execId, ...values);
      if (result.changes === 1) return Number(result.lastInsertRowid);
      id = idOf(find.get(execId));
      if (id === null) return null;
    }
    update.run(...values, id);
    return id;
  };

  return {
    collect(process) {
      const values = collected.get(process.execId);
      if (values !== undefined) {
        mergeInto(values, process);
      } else {
        collected.set(process.execId, valuesOf(process));
      }
    },
    mention(process) {
      if (ids.has(process.execId) || collected.has(process.execId)) return;
      collected.set(process.execId, valuesOf(process));
    },
    flush() {
      if (ids.size + collected.size > CACHE_LIMIT) {
        const recent = [...ids].slice(-CACHE_LIMIT / 2);
        ids = new Map(recent);
      }
      for (const [execId, values] of collected) {
        try {
          const id = store(execId, values);
          if (id !== null) ids.set(execId, id);
        } catch (error) {
          if (!isRefusal(error)) throw error;
          refused += 1;
        }
      }
      collected.clear();
    },
    idOf: (execId) => ids.get(execId) ?? null,
    refused: () => refused,
    forget() {
      ids.clear();
      collected.clear();
    },
  };
}
