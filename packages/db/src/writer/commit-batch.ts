import type Database from 'better-sqlite3';
import type { EventInput } from '../event-input.ts';
import { createConversationRows } from './conversation-rows.ts';
import { createEventRows } from './event-rows.ts';
import { createProcessRows } from './process-rows.ts';
import { isRefusal } from './refusal.ts';
import { readState, writeState } from './store-state.ts';

/** What became of the events of one `write` call. */
export interface BatchResult {
  readonly stored: number;
  readonly duplicates: number;
  readonly invalid: number;
  readonly firstId: number;
  readonly lastId: number;
}

export interface BatchCommitter {
  /** Stores batches in one transaction: all of it or, when it throws, nothing. */
  commit(batches: readonly (readonly EventInput[])[]): readonly BatchResult[];
  /** Id of the newest committed event. */
  lastId(): number;
  /** Process rows refused so far; their events are stored without a process. */
  refusedProcesses(): number;
  /** Call after process rows were removed by somebody else. */
  forgetProcesses(): void;
}

/** Builds the committer for the one connection that writes. */
export function createBatchCommitter(connection: Database.Database): BatchCommitter {
  const events = createEventRows(connection);
  const processes = createProcessRows(connection);
  const conversations = createConversationRows(connection);
  let lastId = readState(connection, 'last_event_id');

  const collectProcesses = (batch: readonly EventInput[]): void => {
    for (const event of batch) if (event.process) processes.collect(event.process);
    // After what the processes say of themselves, which is more.
    for (const event of batch) for (const process of event.relatedProcesses ?? []) processes.mention(process);
  };

  const storeBatch = (batch: readonly EventInput[], firstFree: number): BatchResult => {
    let next = firstFree;
    let duplicates = 0;
    let invalid = 0;
    for (const event of batch) {
      const processId = event.process ? processes.idOf(event.process.execId) : null;
      try {
        if (events.insert(next, event, processId)) {
          if (event.ai) conversations.collect(event, event.ai, processId);
          next += 1;
        } else {
          duplicates += 1;
        }
      } catch (error) {
        if (!isRefusal(error)) throw error;
        events.undo(next);
        invalid += 1;
      }
    }
    const stored = next - firstFree;
    const ids = stored === 0 ? { firstId: 0, lastId: 0 } : { firstId: firstFree, lastId: next - 1 };
    return { stored, duplicates, invalid, ...ids };
  };

  return {
    commit(batches) {
      let next = lastId + 1;
      connection.exec('begin immediate');
      try {
        for (const batch of batches) collectProcesses(batch);
        processes.flush();
        const results: BatchResult[] = [];
        for (const batch of batches) {
          const result = storeBatch(batch, next);
          next += result.stored;
          results.push(result);
        }
        conversations.flush();
        writeState(connection, 'last_event_id', next - 1);
        connection.exec('commit');
        lastId = next - 1;
        return results;
      } catch (error) {
        // A full disk may have rolled back already.
        if (connection.inTransaction) connection.exec('rollback');
        processes.forget();
        conversations.forget();
        throw error;
      }
    },
    lastId: () => lastId,
    refusedProcesses: () => processes.refused(),
    forgetProcesses: () => processes.forget(),
  };
}
