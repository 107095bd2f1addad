/**
 * Trace files: raw kernel records as they came, for tests and bug reports. They hold everything that was captured, unredacted.
 *
 *     magic "EYRIETRC" | u32 version | u32 length of header | header as JSON | { u32 length | batch }… | u32 0
 *
 * All numbers little-endian. The final zero length says that the recording ended in order.
 */
import type { HostInfo } from '../event/types.ts';
import type { ClockOffsets } from '../host/clock.ts';

export const traceMagic = 'EYRIETRC';
export const traceVersion = 1;
/** Header and batches beyond these sizes are not written, and are taken for corruption when read. */
export const maxHeaderBytes = 65_536;
export const maxBatchBytes = 64 * 1024 * 1024;

export interface TraceHeader {
  /** Of the wire contract the records follow. */
  readonly wireHash: string;
  readonly bootId: string;
  readonly host: HostInfo;
  readonly clock: ClockOffsets;
  /** Wall time, RFC 3339. */
  readonly startedAt: string;
  readonly collectorVersion: string;
}

export type TraceErrorCode =
  | 'TRACE_EXISTS'
  | 'TRACE_UNREADABLE'
  | 'TRACE_NOT_A_TRACE'
  | 'TRACE_VERSION'
  | 'TRACE_BAD_HEADER'
  | 'TRACE_WIRE_MISMATCH'
  | 'TRACE_TRUNCATED'
  | 'TRACE_CORRUPT'
  | 'TRACE_WRITE_FAILED';

/** A trace that cannot be written or read; `offset` is the byte of the file where reading stopped. */
export class TraceError extends Error {
  readonly code: TraceErrorCode;
  readonly offset: number | undefined;

  constructor(
    code: TraceErrorCode,
    message: string,
    details: { readonly offset?: number; readonly cause?: unknown } = {},
  ) {
    super(details.offset === undefined ? message : `${message} (at byte ${details.offset})`, {
      cause: details.cause,
    });
    this.name = 'TraceError';
    this.code = code;
    this.offset = details.offset;
  }
}
