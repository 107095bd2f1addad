import { Buffer } from 'node:buffer';
import { maxMethodBytes } from './limits.ts';

/** What the bytes at a possible message start are; `needs_more` while they could still be several of these. */
export type StartKind = 'request' | 'response' | 'http2' | 'other' | 'needs_more';

const statusPrefix = Buffer.from('HTTP/1.', 'latin1');

/** RFC 9113 3.4: the client connection preface. Its first line is a request line of version 2.0. */
const http2Preface = Buffer.from('PRI * HTTP/2.0\r\n', 'latin1');

const space = 0x20;
const lineFeed = 0x0a;

/** `bytes[from, to)` against a prefix: whether it matches, as far as there are bytes. */
function startsLike(prefix: Buffer, bytes: Uint8Array, from: number, to: number): boolean {
  const length = Math.min(prefix.length, to - from);
  for (let index = 0; index < length; index++) if (bytes[from + index] !== prefix[index]) return false;
  return true;
}

/** RFC 9112 3: method SP request-target SP HTTP-version. Methods are case-sensitive and, in use, capital letters and `-`. */
function requestLine(bytes: Uint8Array, from: number, to: number): StartKind {
  let at = from;
  while (at < to && at - from <= maxMethodBytes) {
    const byte = bytes[at] ?? 0;
    if (byte === space) break;
    if (!((byte >= 0x41 && byte <= 0x5a) || byte === 0x2d)) return 'other';
    at++;
  }
  if (at - from > maxMethodBytes || (at < to && at === from)) return 'other';
  if (at >= to) return 'needs_more';
  const end = bytes.indexOf(lineFeed, at);
  if (end < 0 || end >= to) return 'needs_more';
  const lineEnd = bytes[end - 1] === 0x0d ? end - 1 : end;
  const version = lineEnd - 9;
  if (version <= at || bytes[version] !== space || !startsLike(statusPrefix, bytes, version + 1, lineEnd))
    return 'other';
  return 'request';
}

/**
 * Says what message starts at `from`. Needs the whole start line to say `request` or `http2`, eight bytes to say
 * `response`. Never throws.
 */
export function startKind(bytes: Uint8Array, from: number, to: number): StartKind {
  if (from >= to) return 'needs_more';
  if (bytes[from] === 0x48 && startsLike(statusPrefix, bytes, from, to)) {
    return to - from > statusPrefix.length ? 'response' : 'needs_more';
  }
  if (bytes[from] === 0x50 && startsLike(http2Preface, bytes, from, to)) {
    return to - from >= http2Preface.length ? 'http2' : 'needs_more';
  }
  return requestLine(bytes, from, to);
}

/**
 * Offset after the empty line that ends a head, or -1. RFC 9112 2.2 lets a recipient take a bare LF as line end, so the
 * lines are walked: searching CR LF CR LF could run past such a head into the body.
 */
export function headEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = bytes.indexOf(lineFeed, from);
  while (at >= 0 && at < to) {
    const next = bytes[at + 1];
    if (at + 1 < to && next === lineFeed) return at + 2;
    if (at + 2 < to && next === 0x0d && bytes[at + 2] === lineFeed) return at + 3;
    at = bytes.indexOf(lineFeed, at + 1);
  }
  return -1;
}
