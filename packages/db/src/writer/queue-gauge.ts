import type { EventInput } from '../event-input.ts';

const DEFAULT_MAX_EVENTS = 200_000;
const DEFAULT_MAX_BYTES = 268_435_456;

/** What an event's objects and short fields take besides its long texts, in bytes. */
const FIXED_BYTES = 1024;

/** Memory an event takes while it is queued, in bytes: UTF-16 texts and a fixed part. */
export function sizeOf(event: EventInput): number {
  return FIXED_BYTES + 2 * (event.payload.length + (event.searchText?.length ?? 0));
}

/** Counts what is under way to the disk, against the limits. */
export interface QueueGauge {
  /** How many events from the start there is room for, and which limit stops the next. */
  room(events: readonly EventInput[]): {
    readonly count: number;
    readonly limit: 'queue_events' | 'queue_bytes';
  };
  add(events: number, bytes: number): void;
  remove(events: number, bytes: number): void;
  queued(): { readonly queuedEvents: number; readonly queuedBytes: number };
}

/** Builds a gauge; absent limits are 200 000 events and 256 MiB. */
export function createQueueGauge(options: {
  readonly maxQueuedEvents?: number;
  readonly maxQueuedBytes?: number;
}): QueueGauge {
  const maxEvents = options.maxQueuedEvents ?? DEFAULT_MAX_EVENTS;
  const maxBytes = options.maxQueuedBytes ?? DEFAULT_MAX_BYTES;
  let queuedEvents = 0;
  let queuedBytes = 0;
  return {
    room(events) {
      const free = Math.max(0, maxEvents - queuedEvents);
      let bytes = queuedBytes;
      let count = 0;
      for (const event of events) {
        if (count >= free) return { count, limit: 'queue_events' };
        bytes += sizeOf(event);
        if (bytes > maxBytes) return { count, limit: 'queue_bytes' };
        count += 1;
      }
      return { count, limit: 'queue_events' };
    },
    add(events, bytes) {
      queuedEvents += events;
      queuedBytes += bytes;
    },
    remove(events, bytes) {
      queuedEvents -= events;
      queuedBytes -= bytes;
    },
    queued: () => ({ queuedEvents, queuedBytes }),
  };
}
