/** What the server core reports about capture; the page's banner, the coverage list and `captureStatus` are this. */
export interface CaptureStatus {
  /** True when everything the configuration asks for is captured. */
  readonly ready: boolean;
  /** Why not, and what to do, one sentence each; empty when ready. */
  readonly reasons: readonly string[];
  readonly families: readonly CaptureFamily[];
  readonly targets: readonly CaptureTarget[];
  /** Events stored since start. */
  readonly eventsTotal: number;
  /** Records and events lost since start, all stages and reasons added up. */
  readonly lostTotal: number;
  /** Age of the newest event when it was stored, milliseconds: how far the page is behind the kernel. */
  readonly behindMs: number;
  /** What went through each stage, from the kernel to the pages. */
  readonly stages: readonly CaptureStage[];
  /** What was lost or left out, by stage and reason; only what happened. */
  readonly drops: readonly CaptureDrop[];
}

export interface CaptureStage {
  readonly stage: string;
  readonly received: number;
  readonly emitted: number;
}

export interface CaptureDrop {
  readonly stage: string;
  readonly reason: string;
  readonly total: number;
  /** True for what Eyrie leaves out on purpose, such as traffic that is no AI call. */
  readonly isIntended: boolean;
}

export interface CaptureFamily {
  readonly name: string;
  readonly active: boolean;
  /** Why it is not active. */
  readonly reason?: string | undefined;
}

/** A library or executable with TLS functions that some process has mapped. */
export interface CaptureTarget {
  readonly path: string;
  readonly library: string;
  readonly captured: boolean;
  /** Why it is not captured. */
  readonly reason?: string | undefined;
  /** Processes that have it mapped now. */
  readonly processCount: number;
}
