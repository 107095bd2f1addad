/** What the metrics page reads at each scrape: running totals and present values, kept where they arise. */
export interface MetricSources {
  /** Bytes of captured payload and records read from the kernel. */
  captureBytes(): number;
  /** Running totals of loss. */
  dropped(): readonly DropCount[];
  /** Of all that, what Eyrie was meant to keep. */
  lost(): number;
  /** Running totals of stages that count what goes in and out. */
  stages(): readonly StageCount[];
  rings(): readonly RingState[];
  tlsTargets(): { readonly captured: number; readonly notCaptured: number };
  /** Bytes of the event database and its log on disk. */
  databaseBytes(): Promise<number>;
  /** Open live subscriptions. */
  subscribers(): number;
  /** Connections with TLS plaintext that are being followed. */
  connections(): number;
  /** Sessions of people and programs that were active lately. */
  sessions(): number;
  /** True when everything the configuration asks for is captured and stored. */
  ready(): boolean;
}

export interface DropCount {
  readonly stage: string;
  readonly reason: string;
  readonly total: number;
  /** True for what is left out on purpose, such as traffic that is not AI: counted, but not lost. */
  readonly isIntended?: boolean;
}

export interface StageCount {
  readonly stage: string;
  readonly received: number;
  readonly emitted: number;
}

export interface RingState {
  readonly ring: string;
  readonly sizeBytes: number;
  readonly pendingBytes: number;
}
