import type { EventReader, StoredProcess } from '@eyrie/db';
import DataLoader from 'dataloader';

/** Loaders of one request: the same row is read once, and rows asked for together are read in one query. */
export interface Loaders {
  readonly payload: DataLoader<string, string | null>;
  readonly process: DataLoader<string, StoredProcess | null>;
}

/** The reader's queries by id list take at most this many. */
const MAX_BATCH = 1_000;

/** Makes the loaders of one request. Never share them between requests: they remember what they read. */
export function createLoaders(reader: EventReader): Loaders {
  return {
    payload: new DataLoader(
      async (eventIds) => {
        const found = await reader.findPayloads(eventIds);
        return eventIds.map((id) => found.get(id) ?? null);
      },
      { maxBatchSize: MAX_BATCH },
    ),
    process: new DataLoader(
      async (execIds) => {
        const found = await reader.findProcessesByExecIds(execIds);
        return execIds.map((id) => found.get(id) ?? null);
      },
      { maxBatchSize: MAX_BATCH },
    ),
  };
}

/** Forgets what was read: a subscription lives for hours in one request. */
export function clearLoaders(loaders: Loaders): void {
  loaders.payload.clearAll();
  loaders.process.clearAll();
}

/** Deeper trees than this are cut, as in the store's own ancestor query. */
const MAX_ANCESTORS = 64;

/**
 * Ancestors of `process`, nearest parent first. Each step goes through the process loader, so the trees of a whole page of
 * events cost one query a level and not one a row.
 */
export async function loadAncestors(loaders: Loaders, process: StoredProcess): Promise<StoredProcess[]> {
  const ancestors: StoredProcess[] = [];
  const seen = new Set([process.execId]);
  let next = process.parentExecId;
  while (next !== null && !seen.has(next) && ancestors.length < MAX_ANCESTORS) {
    seen.add(next);
    const parent = await loaders.process.load(next);
    if (parent === null) break;
    ancestors.push(parent);
    next = parent.parentExecId;
  }
  return ancestors;
}
