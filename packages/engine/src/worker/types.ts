/** What crosses the boundary between the engine's thread and its owner. Everything here survives structured clone. */
import type { CaptureScope, FamilyStatus, SensorStats, TlsTarget } from '@eyrie/bpf';
import type { EventBatch } from '../event/event-batch.ts';
import type { PipelineStats } from '../pipeline/types.ts';
import type { RedactionConfig } from '../redact/config.ts';

export interface ReplaySource {
  /** Path of a trace file. */
  readonly replay: string;
  /** 1 is the speed it was recorded at, 10 ten times that; as fast as possible when absent. */
  readonly speed?: number;
  /** Move the times of the events so that the first is now, as a demonstration wants it. */
  readonly shiftToNow?: boolean;
}

export type EngineSource = 'kernel' | ReplaySource;

interface SensorSizeOptions {
  readonly ringBytes?: number;
  readonly handoffBytes?: number;
  readonly batchBytes?: number;
  readonly batchMs?: number;
}

/** What the worker is started with. */
export interface EngineSettings {
  readonly source: EngineSource;
  readonly scope: CaptureScope;
  readonly redaction: RedactionConfig;
  /** Raw records are also written to this new file; unredacted. */
  readonly traceOutput?: string;
  readonly roles?: 'client' | 'both';
  /** Hosts that are AI endpoints besides the known ones: names, in lower case, with a port when it is not 443. */
  readonly aiHosts?: readonly string[];
  readonly sensor?: SensorSizeOptions;
}

export interface TraceStats {
  readonly path: string;
  readonly batches: number;
  readonly bytes: number;
  readonly dropped: number;
  readonly failed?: string;
}

export interface ReplayStatus {
  readonly finished: boolean;
  readonly batches: number;
  /** Why the trace could not be read to its end. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface EngineState {
  /** Records are being received. */
  readonly ready: boolean;
  /** Stable word for why not: `ENGINE_NO_PRIVILEGE`, `TRACE_EXISTS`, `ENGINE_STARTING`, `ENGINE_WORKER_FAILED`. */
  readonly code?: string;
  /** Sentences for people. */
  readonly reasons: readonly string[];
  readonly families: readonly FamilyStatus[];
  readonly targets: readonly TlsTarget[];
  readonly replay?: ReplayStatus;
  /** Times the engine's thread failed and was started again. */
  readonly restarts: number;
}

export interface EngineStats {
  readonly pipeline: PipelineStats;
  readonly sensor?: SensorStats;
  readonly trace?: TraceStats;
  /** Records held back because they were made before the scope was in force. */
  readonly beforeScope: number;
  /** Events dropped because the receiver was too slow to take them. */
  readonly receiverDropped: number;
  /** Batches whose receiver threw. */
  readonly receiverErrors: number;
  /** Of the engine's thread. */
  readonly heapUsedBytes: number;
  readonly restarts: number;
}

/** What the thread itself can count. */
type WorkerStats = Omit<EngineStats, 'restarts' | 'receiverErrors'>;

export type ToWorker =
  | { readonly kind: 'ack'; readonly events: number }
  | { readonly kind: 'set_redaction'; readonly id: number; readonly config: RedactionConfig }
  | { readonly kind: 'set_scope'; readonly id: number; readonly scope: CaptureScope }
  | { readonly kind: 'close' };

export type FromWorker =
  | {
      readonly kind: 'events';
      readonly batch: EventBatch;
      readonly ktimeUs: readonly number[];
    }
  | { readonly kind: 'stats'; readonly stats: WorkerStats }
  | { readonly kind: 'state'; readonly state: Omit<EngineState, 'restarts'> }
  | {
      readonly kind: 'reply';
      readonly id: number;
      readonly error?: { readonly code: string; readonly message: string };
    };
