/** Where records come from, for the worker: the kernel or a trace. */
import type { CaptureScope, FamilyStatus, SensorStats, TlsTarget } from '@eyrie/bpf';
import type { ReplayStatus, TraceStats } from './types.ts';

export interface RecordSource {
  readonly ready: boolean;
  readonly code?: string;
  reasons(): readonly string[];
  families(): readonly FamilyStatus[];
  /** Reads /proc: every few seconds at most. */
  targets(): readonly TlsTarget[];
  sensorStats(): SensorStats | undefined;
  traceStats(): TraceStats | undefined;
  replayStatus(): ReplayStatus | undefined;
  /** Records held back because they were made before the scope was in force. */
  beforeScope(): number;
  /** CLOCK_MONOTONIC of the machine the records come from, microseconds. */
  nowUs(): number;
  /** Throws `EngineError`. */
  setScope(scope: CaptureScope): void;
  /** Stops; records that were under way have been delivered when it resolves. */
  close(): Promise<void>;
}

/** A source that gives nothing, and says why. */
export function createIdleSource(code: string, reason: string): RecordSource {
  return {
    ready: false,
    code,
    reasons: () => [reason],
    families: () => [],
    targets: () => [],
    sensorStats: () => undefined,
    traceStats: () => undefined,
    replayStatus: () => undefined,
    beforeScope: () => 0,
    nowUs: () => Number(process.hrtime.bigint() / 1000n),
    setScope: () => undefined,
    close: () => Promise.resolve(),
  };
}
