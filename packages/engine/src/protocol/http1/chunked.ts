import { Buffer } from 'node:buffer';
import type { ParseOutcome } from '../common/types.ts';
import { maxChunkLineBytes, maxDeclaredLength, maxTrailerBytes } from './limits.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Value of a hexadecimal digit, or -1. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** RFC 9112 7.1: chunk-size is 1*HEXDIG, then extensions after a semicolon, which are ignored. -1 when it is not that. */
function chunkSize(bytes: Uint8Array, from: number, to: number): number {
  let size = 0;
  let at = from;
  for (; at < to; at++) {
    const digit = hexDigit(bytes[at] ?? 0);
    if (digit < 0) break;
    size = size * 16 + digit;
    if (size > maxDeclaredLength) return -1;
  }
  if (at === from) return -1;
  // BWS before the semicolon is bad but to be accepted (RFC 9112 7.1.1)
  while (at < to && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++;
  return at === to || bytes[at] === 0x3b || bytes[at] === carriageReturn ? size : -1;
}

/**
 * Reads the chunked coding of one body at a time. `read` consumes what it can and says with `dataFrom`/`dataTo` which
 * bytes were body: at most one stretch a call, so that nothing is copied here.
 */
export class ChunkedReader {
  #state: 'size' | 'data' | 'data_end' | 'trailer' = 'size';
  #remaining = 0;
  #line = Buffer.alloc(0);
  #trailerBytes = 0;
  dataFrom = 0;
  dataTo = 0;
  /** Offset after what the last `read` consumed. */
  next = 0;

  reset(): void {
    this.#state = 'size';
    this.#remaining = 0;
    this.#line = Buffer.alloc(0);
    this.#trailerBytes = 0;
  }

  /** One step: `needs_more` (go on with `next`), `success` (the body ended at `next`) or `invalid`. */
  read(bytes: Uint8Array, from: number, to: number): ParseOutcome {
    this.dataFrom = from;
    this.dataTo = from;
    this.next = from;
    if (this.#state !== 'data') return this.#readLine(bytes, from, to);
    const taken = Math.min(this.#remaining, to - from);
    this.#remaining -= taken;
    this.dataTo = from + taken;
    this.next = this.dataTo;
    if (this.#remaining === 0) this.#state = 'data_end';
    return 'needs_more';
  }

  /** Skips lost bytes; false when they reach beyond the current chunk, so that the position in the coding is unknown. */
  gap(lostBytes: number): boolean {
    if (this.#state !== 'data' || lostBytes <= 0 || lostBytes > this.#remaining) return false;
    this.#remaining -= lostBytes;
    if (this.#remaining === 0) this.#state = 'data_end';
    return true;
  }

  #readLine(bytes: Uint8Array, from: number, to: number): ParseOutcome {
    const found = bytes.indexOf(lineFeed, from);
    const complete = found >= 0 && found < to;
    const end = complete ? found + 1 : to;
    this.next = end;
    if (this.#state === 'trailer') {
      this.#trailerBytes += end - from;
      if (this.#trailerBytes > maxTrailerBytes) return 'invalid';
    }
    if (!complete || this.#line.length > 0) {
      if (this.#line.length + end - from > (this.#state === 'trailer' ? maxTrailerBytes : maxChunkLineBytes))
        return 'invalid';
      this.#line = Buffer.concat([this.#line, bytes.subarray(from, end)]);
      if (!complete) return 'needs_more';
      const line = this.#line;
      this.#line = Buffer.alloc(0);
      return this.#lineDone(line, 0, line.length - 1);
    }
    return this.#lineDone(bytes, from, found);
  }

  #lineDone(bytes: Uint8Array, from: number, lineFeedAt: number): ParseOutcome {
    const to = lineFeedAt > from && bytes[lineFeedAt - 1] === carriageReturn ? lineFeedAt - 1 : lineFeedAt;
    if (this.#state === 'trailer') return to === from ? 'success' : 'needs_more';
    if (this.#state === 'data_end') {
      // RFC 9112 7.1: chunk-data is followed by CRLF and nothing else
      if (to !== from) return 'invalid';
      this.#state = 'size';
      return 'needs_more';
    }
    const size = chunkSize(bytes, from, to);
    if (size < 0) return 'invalid';
    this.#remaining = size;
    this.#state = size === 0 ? 'trailer' : 'data';
    return 'needs_more';
  }
}

/**
 * Whether a chunk starts at `from`: a size line whose data, where all of it is here, is followed by a line end. Used only
 * after a loss, at the start of a record: servers send an event of a stream as one chunk in one write.
 */
export function chunkStartsAt(bytes: Uint8Array, from: number, to: number): boolean {
  const end = bytes.indexOf(lineFeed, from);
  if (end < 0 || end >= to || bytes[end - 1] !== carriageReturn || end - from > 64) return false;
  const size = chunkSize(bytes, from, end - 1);
  if (size < 0) return false;
  const after = end + 1 + size;
  return after + 1 < to && bytes[after] === carriageReturn && bytes[after + 1] === lineFeed;
}
