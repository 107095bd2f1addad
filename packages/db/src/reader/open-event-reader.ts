import { toStoreError } from '../store-error.ts';
import { countEventsByType, countStore, findFacets, findLastEventId } from './count-store.ts';
import { findConversation, findConversations } from './find-conversations.ts';
import {
  findEvent,
  findEvents,
  findEventsAfterId,
  findEventsByConversation,
  findPayloads,
} from './find-events.ts';
import {
  findProcess,
  findProcessAncestors,
  findProcesses,
  findProcessesByExecIds,
} from './find-processes.ts';
import { openReadonlyEvents, type ReadonlyEvents } from './readonly-database.ts';
import type { EventReader } from './types.ts';

/** Runs a query and turns what SQLite throws into `StoreError`. */
async function guarded<Result>(path: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw toStoreError(error, path);
  }
}

function bind(db: ReadonlyEvents, path: string): EventReader {
  return {
    findEvents: (filter, page) => guarded(path, () => findEvents(db, filter, page)),
    findEvent: (eventId) => guarded(path, () => findEvent(db, eventId)),
    findPayloads: (eventIds) => guarded(path, () => findPayloads(db, eventIds)),
    findConversations: (filter, page) => guarded(path, () => findConversations(db, filter, page)),
    findConversation: (id) => guarded(path, () => findConversation(db, id)),
    findEventsByConversation: (id, page) => guarded(path, () => findEventsByConversation(db, id, page)),
    findProcess: (execId) => guarded(path, () => findProcess(db, execId)),
    findProcessesByExecIds: (execIds) => guarded(path, () => findProcessesByExecIds(db, execIds)),
    findProcessAncestors: (execId) => guarded(path, () => findProcessAncestors(db, execId)),
    findProcesses: (filter, page) => guarded(path, () => findProcesses(db, filter, page)),
    findFacets: (range) => guarded(path, () => findFacets(db, range)),
    countEventsByType: (range) => guarded(path, () => countEventsByType(db, range)),
    countStore: () => guarded(path, () => countStore(db, path)),
    findEventsAfterId: (id, limit) => guarded(path, () => findEventsAfterId(db, id, limit)),
    findLastEventId: () => guarded(path, () => findLastEventId(db)),
    close: () => db.destroy(),
  };
}

/**
 * Opens events.db for reading, on a connection that can't write; `openEventStore` or `startWriter` must have run.
 * Rejects with `StoreError`.
 */
export function openEventReader(options: { readonly path: string }): Promise<EventReader> {
  return guarded(options.path, () => Promise.resolve(bind(openReadonlyEvents(options.path), options.path)));
}
