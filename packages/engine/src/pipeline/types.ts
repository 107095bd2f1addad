/** The pipeline from kernel records to redacted events: stages 3 to 6. */
import type { ExchangeTracker, ExchangeTrackerOptions, TrackerStats } from '../ai/types.ts';
import type { ConversationStats } from '../conversation/tracker.ts';
import type { ProcessTableStats } from '../enrich/process-table.ts';
import type { ProcReader } from '../enrich/procfs.ts';
import type { UserNames } from '../enrich/users.ts';
import type { HostInfo, RedactedEvent } from '../event/types.ts';
import type { WallClock } from '../host/clock.ts';
import type { RedactionConfig } from '../redact/config.ts';
import type { RedactorStats } from '../redact/redactor.ts';

/**
 * Receives events in the order they were made. `ktimeUs[n]` is when the last kernel record of `events[n]` was stamped,
 * microseconds of CLOCK_MONOTONIC: what is needed to know how long an event took from the kernel to the store.
 */
export type EmitEvents = (events: readonly RedactedEvent[], ktimeUs: readonly number[]) => void;

export interface PipelineDeps {
  readonly emit: EmitEvents;
  readonly host: HostInfo;
  /** 32 hex digits; of the machine the records come from. */
  readonly bootId: string;
  readonly clock: WallClock;
  readonly proc: ProcReader;
  readonly users: UserNames;
  readonly redaction: RedactionConfig;
  readonly collectorVersion: string;
  readonly replayed: boolean;
  /** Wall time in milliseconds, for event ids. */
  readonly now: () => number;
  /** Stage 4; passed in so that the pipeline names no protocol. */
  readonly createExchangeTracker: (options: ExchangeTrackerOptions) => ExchangeTracker;
  readonly isAiHost?: (host: string) => boolean;
  /**
   * Which end of an exchange becomes events. `client` (default): a server on this host that answers AI requests is not told of
   * again, its side is counted as `server_side`. `both`: for hosts whose clients are elsewhere or not captured.
   */
  readonly roles?: 'client' | 'both';
  /**
   * Processes that ran before: `all` are told at once, `referenced` when one of their events is (default), which keeps
   * processes outside a scope out of the events.
   */
  readonly running?: 'all' | 'referenced';
}

export type RecordKind =
  | 'process_fork'
  | 'process_exec'
  | 'process_exit'
  | 'process_seen'
  | 'tls_data'
  | 'tls_state'
  | 'image_mapped';

export interface PipelineStats {
  readonly decode: {
    readonly batches: number;
    readonly bytes: number;
    readonly records: number;
    readonly byKind: Readonly<Record<RecordKind, number>>;
    readonly dropped: { readonly unknown: number; readonly short: number };
  };
  readonly streams: TrackerStats;
  readonly enrich: {
    readonly received: number;
    readonly emitted: number;
    readonly dropped: { readonly server_side: number; readonly error: number };
    readonly processes: ProcessTableStats;
    readonly conversations: ConversationStats;
    readonly openExchanges: number;
    /** Tool results whose call was not seen; they stay in the request's messages. */
    readonly unknownToolResults: number;
  };
  readonly redact: RedactorStats & { readonly dropped: { readonly error: number } };
  readonly emitted: Readonly<Record<string, number>>;
  /** Exceptions by the place they were caught at; each cost one record or event and nothing else. */
  readonly errors: Readonly<Record<string, number>>;
  /** The first message of each place, for a bug report. */
  readonly errorSamples: Readonly<Record<string, string>>;
}

export interface Pipeline {
  /** Takes a batch of records; the bytes are free when it returns. Never throws. */
  push(bytes: Uint8Array): void;
  /** Expires what is idle and emits; call every second or so with the time of CLOCK_MONOTONIC. */
  tick(monotonicUs: number): void;
  /** Emits what is unfinished as partial events. */
  flush(): void;
  /** Takes effect with the next event. Throws `RedactionConfigError` and leaves the rules as they were. */
  setRedaction(config: RedactionConfig): void;
  stats(): PipelineStats;
}
