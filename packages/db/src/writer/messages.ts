import type { StoreErrorCode } from '../store-error.ts';
import type { BatchResult } from './commit-batch.ts';
import type { EventBatch } from './event-batch.ts';
import type { RetentionCounts, RetentionLimits, WriterState } from './types.ts';

/** What the writer thread is started with. */
export interface WriterThreadData {
  readonly path: string;
  readonly retention: RetentionLimits;
  readonly retentionIntervalMs: number;
}

export type ToWriter =
  | { readonly kind: 'write'; readonly call: number; readonly batch: EventBatch }
  | { readonly kind: 'retention'; readonly limits: RetentionLimits }
  | { readonly kind: 'sweep'; readonly call: number }
  | { readonly kind: 'close' };

/** Numbers only the thread knows, sent along with what it reports anyway. */
export interface ThreadStats {
  readonly lastId: number;
  readonly searchBehind: number;
  readonly refusedProcesses: number;
  readonly retention: RetentionCounts;
}

export interface CallResult extends BatchResult {
  readonly call: number;
}

export type FromWriter =
  | { readonly kind: 'ready'; readonly stats: ThreadStats }
  | { readonly kind: 'start_failed'; readonly code: StoreErrorCode; readonly message: string }
  | {
      readonly kind: 'committed';
      readonly results: readonly CallResult[];
      readonly committedUs: number;
      readonly commitMs: number;
      readonly stats: ThreadStats;
    }
  | { readonly kind: 'state'; readonly state: WriterState; readonly problem: string | null }
  /** A try failed and will be repeated. */
  | { readonly kind: 'retry' }
  | { readonly kind: 'progress'; readonly stats: ThreadStats }
  | { readonly kind: 'swept'; readonly call: number; readonly stats: ThreadStats }
  | { readonly kind: 'closed'; readonly stats: ThreadStats };
