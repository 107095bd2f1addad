/** One dispatched event of a stream. */
export interface SseEvent {
  /** Value of the last `event` field; `message` when there was none. */
  readonly type: string;
  /** The data lines joined with a line feed. */
  readonly data: string;
  /** Last event id of the stream so far. */
  readonly id: string;
}

export interface SseCounts {
  readonly events: number;
  /** Events that were longer than a limit and were left out. */
  readonly tooLong: number;
  /** Events the end of the stream or a gap cut off: the specification says to discard them. */
  readonly cut: number;
}
