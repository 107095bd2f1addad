/** Identifiers of events. */
import { monotonicFactory } from 'ulid';

/** Makes ULIDs in rising order; `now` is wall time in milliseconds. */
export function createIdSource(now: () => number): () => string {
  const next = monotonicFactory();
  return () => next(now());
}
