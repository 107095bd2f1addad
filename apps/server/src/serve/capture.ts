import type { RedactionConfig } from '@eyrie/engine/redact';
import type { CaptureScope } from '@eyrie/bpf';
import type { CaptureFamily, CaptureTarget } from '../graphql/capture-status.ts';
import type { DropCount, RingState, StageCount } from '../metrics/sources.ts';
import type { ReadinessProblem } from '../http/readiness.ts';

/** The engine as the server sees it: running, or the reason why it is not. */
export interface Capture {
  families(): readonly CaptureFamily[];
  targets(): readonly CaptureTarget[];
  /** What keeps it from capturing all that the configuration asks for. */
  problems(): readonly ReadinessProblem[];
  counts(): CaptureCounts;
  /** Resolves when the running redactor uses `config`; rejects when it keeps the old one. */
  setRedaction(config: RedactionConfig): Promise<void>;
  setScope(scope: CaptureScope): Promise<void>;
  /** Flushes what is under way, hands on the last events and ends. Idempotent. */
  close(): Promise<void>;
}

export interface CaptureCounts {
  readonly bytes: number;
  readonly dropped: readonly DropCount[];
  readonly stages: readonly StageCount[];
  readonly rings: readonly RingState[];
  /** TLS connections being followed now. */
  readonly connections: number;
}
