import type Database from 'better-sqlite3';
import {
  deleteEmptyConversation,
  deleteEvent,
  deletePayload,
  deleteSearch,
  deleteUnusedProcesses,
  prepare,
  selectLastProcessId,
  selectOldestEvents,
} from './statements.ts';
import type { RetentionCounts, RetentionLimits } from './types.ts';

/** Events removed in one transaction: about 30 ms. */
const EVENTS_PER_STEP = 2000;

const PROCESSES_PER_STEP = 5000;

/** Pages given back to the file system in one step. */
const PAGES_PER_STEP = 2000;

/** Free pages kept for new rows: 1024 of 8 KiB are 8 MiB. */
const FREE_PAGES_KEPT = 1024;

const DAY_US = 86_400_000_000;

/** Removes what is over the limits, in steps between which batches are written. */
export interface Retention {
  /** One sweep; each `next()` is one short transaction. Throws what SQLite throws. */
  sweep(limits: RetentionLimits, nowUs: number): Generator<undefined, void>;
  counts(): RetentionCounts;
}

interface OldEvent {
  readonly id: number;
  readonly conversationId: string | null;
}

function oldEventOf(row: unknown): OldEvent[] {
  if (typeof row !== 'object' || row === null || !('id' in row) || !('conversation_id' in row)) return [];
  if (typeof row.id !== 'number') return [];
  return [
    { id: row.id, conversationId: typeof row.conversation_id === 'string' ? row.conversation_id : null },
  ];
}

function numberPragma(connection: Database.Database, name: string): number {
  const value = connection.pragma(name, { simple: true });
  return typeof value === 'number' ? value : 0;
}

/** Builds retention for the connection that writes. `onProcessesRemoved` is told before their row ids may be reused. */
export function createRetention(connection: Database.Database, onProcessesRemoved: () => void): Retention {
  const oldest = prepare(connection, selectOldestEvents);
  const removals = [deleteEvent, deletePayload, deleteSearch].map((query) => prepare(connection, query));
  const removeConversation = prepare(connection, deleteEmptyConversation);
  const removeProcesses = prepare(connection, deleteUnusedProcesses);
  const lastProcess = prepare(connection, selectLastProcessId);
  let counts: RetentionCounts = { byAge: 0, bySize: 0, conversations: 0, processes: 0, lastSweepUs: 0 };

  /** Removes the oldest events before a time; returns how many, fewer than a full step when none are left. */
  const removeOldest = connection.transaction((beforeUs: number): number => {
    const events = oldest.all(beforeUs, EVENTS_PER_STEP).flatMap(oldEventOf);
    const conversationIds = new Set<string>();
    for (const event of events) {
      for (const removal of removals) removal.run(event.id);
      if (event.conversationId !== null) conversationIds.add(event.conversationId);
    }
    let conversations = 0;
    for (const id of conversationIds) conversations += removeConversation.run(id).changes;
    counts = { ...counts, conversations: counts.conversations + conversations };
    return events.length;
  });

  const usedBytes = (): number =>
    (numberPragma(connection, 'page_count') - numberPragma(connection, 'freelist_count')) *
    numberPragma(connection, 'page_size');

  function* byAge(cutoffUs: number): Generator<undefined, void> {
    let removed;
    do {
      removed = removeOldest.immediate(cutoffUs);
      counts = { ...counts, byAge: counts.byAge + removed };
      yield;
    } while (removed === EVENTS_PER_STEP);
  }

  function* bySize(maxBytes: number): Generator<undefined, void> {
    while (usedBytes() > maxBytes) {
      const removed = removeOldest.immediate(Number.MAX_SAFE_INTEGER);
      if (removed === 0) return;
      counts = { ...counts, bySize: counts.bySize + removed };
      yield;
    }
  }

  function* unusedProcesses(): Generator<undefined, void> {
    const row = lastProcess.get();
    const last =
      typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'number' ? row.id : 0;
    for (let from = 0; from < last; from += PROCESSES_PER_STEP) {
      const { changes } = removeProcesses.run(from, from + PROCESSES_PER_STEP);
      if (changes > 0) onProcessesRemoved();
      counts = { ...counts, processes: counts.processes + changes };
      yield;
    }
  }

  function* freePages(): Generator<undefined, void> {
    let free = numberPragma(connection, 'freelist_count');
    while (free > FREE_PAGES_KEPT) {
      connection.pragma(`incremental_vacuum(${PAGES_PER_STEP})`);
      const left = numberPragma(connection, 'freelist_count');
      if (left >= free) return;
      free = left;
      yield;
    }
  }

  return {
    *sweep(limits, nowUs) {
      const before = counts;
      if (limits.maxAgeDays !== undefined) yield* byAge(nowUs - limits.maxAgeDays * DAY_US);
      if (limits.maxBytes !== undefined) yield* bySize(limits.maxBytes);
      // Only removed events leave processes unused.
      if (counts.byAge + counts.bySize > before.byAge + before.bySize) yield* unusedProcesses();
      yield* freePages();
      counts = { ...counts, lastSweepUs: nowUs };
    },
    counts: () => counts,
  };
}
