/** What one step of a parser came to. Values, not exceptions: all of them are daily business on a wire. */
export type ParseOutcome = 'success' | 'needs_more' | 'ignored' | 'end_of_stream' | 'invalid';

/** Bytes of one direction as they arrived, in order. The view is valid during the call only. */
export interface Segment {
  readonly bytes: Uint8Array;
  /** Offset of the first byte in the direction's stream. */
  readonly position: number;
  /** When the first byte was on its way: for a write the entry of the call, for a read its return. */
  readonly startUs: number;
  /** When the last byte had been handed over. */
  readonly endUs: number;
  readonly tid: number;
}

export type CloseReason = 'connection_closed' | 'process_exited' | 'connection_idle' | 'capture_stopped';

export type Direction = 'read' | 'write';
