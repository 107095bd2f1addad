import type { EventInput } from '../event-input.ts';

/** Why an event was not stored. */
export type DropReason =
  /** The queue held its limit of events. */
  | 'queue_events'
  /** The queue held its limit of bytes. */
  | 'queue_bytes'
  /** The queue was at its limit because the disk is full. */
  | 'disk_full'
  /** The queue was at its limit because another program holds the lock. */
  | 'locked'
  /** The queue was at its limit because the database can't be written for another reason. */
  | 'write_failed'
  /** `write` after `close`, or not written when the closing deadline passed. */
  | 'closed'
  /** The row itself was refused (a value of the wrong type); the rest of its batch was stored. */
  | 'invalid';

export interface CommitInfo {
  /** Events of this call now durable to the degree of WAL with synchronous=NORMAL. */
  readonly stored: number;
  /** Events whose id was stored before. */
  readonly duplicates: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Ids given to the stored events of this call, in order and without gaps; 0 when none was stored. */
  readonly firstId: number;
  readonly lastId: number;
  /** When the transaction was committed, and how long it took. */
  readonly committedUs: number;
  readonly commitMs: number;
}

/** `ok` writes; the others keep what is queued and try again with back-off until it works. */
export type WriterState = 'ok' | 'full' | 'locked' | 'failed' | 'closed';

export interface RetentionLimits {
  /** Events older than this many days go. Absent: age is no reason. */
  readonly maxAgeDays?: number | undefined;
  /** Oldest events go until the database uses no more than this. Absent: size is no reason. */
  readonly maxBytes?: number | undefined;
}

export interface RetentionCounts {
  readonly byAge: number;
  readonly bySize: number;
  readonly conversations: number;
  readonly processes: number;
  /** When the last sweep ended; 0 before the first. */
  readonly lastSweepUs: number;
}

export interface WriterStats {
  readonly state: WriterState;
  /** Message of the failure that `state` reports. */
  readonly problem: string | null;
  readonly received: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly queuedEvents: number;
  readonly queuedBytes: number;
  readonly commits: number;
  /** Tries that failed and were repeated. */
  readonly retries: number;
  readonly lastCommitMs: number;
  readonly maxCommitMs: number;
  readonly lastId: number;
  /** `process.exec` events stored but not searchable yet: they are indexed when the writer is idle. */
  readonly searchBehind: number;
  /** Process rows refused for a value of the wrong type; their events are stored without a process. */
  readonly refusedProcesses: number;
  readonly retention: RetentionCounts;
}

export interface WriterOptions {
  readonly path: string;
  /** Default 200 000 events. */
  readonly maxQueuedEvents?: number;
  /** Default 256 MiB, counted as UTF-16 text plus a fixed part per event. */
  readonly maxQueuedBytes?: number;
  readonly retention?: RetentionLimits;
  /** Pause between retention sweeps. Default 60 000 ms. */
  readonly retentionIntervalMs?: number;
  /** Called on the caller's thread when the state changes. */
  readonly onState?: (state: WriterState, problem: string | null) => void;
}

export interface EventWriter {
  /**
   * Queues a batch and returns at once; resolves when it is committed, or with `dropped` set when the queue is full.
   * Never rejects: what could not be stored is in `dropped`.
   */
  write(events: readonly EventInput[]): Promise<CommitInfo>;
  stats(): WriterStats;
  setRetention(limits: RetentionLimits): void;
  /** Runs a retention sweep now and resolves when it is done. */
  sweep(): Promise<RetentionCounts>;
  /** Writes what is queued, moves the log into the database and stops the thread; within three seconds. Idempotent. */
  close(): Promise<WriterStats>;
}
