import { Buffer } from 'node:buffer';
import * as zlib from 'node:zlib';
import type { HeaderFields } from './types.ts';

type CodingProblem = 'content_coding_failed' | 'content_coding_unsupported' | 'body_limit';

export interface DecodedBody {
  readonly bytes: Buffer;
  readonly problem?: CodingProblem;
}

type Coding = (bytes: Uint8Array, maxOutputLength: number) => Buffer;

/*
 * The flush value makes zlib hand out all it could decode when the input stops early: a cut stream yields what was there.
 * It also means that a cut is no error here; whether the message was whole is known from its framing.
 */
const inflate: Coding = (bytes, maxOutputLength) => {
  const options = { finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength };
  // RFC 9110 8.4.1.2: "deflate" is the zlib format, but some senders leave its header out; its first nibble is always 8
  return ((bytes[0] ?? 0) & 0x0f) === 8
    ? zlib.inflateSync(bytes, options)
    : zlib.inflateRawSync(bytes, options);
};
const gunzip: Coding = (bytes, maxOutputLength) =>
  zlib.gunzipSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength });
const brotli: Coding = (bytes, maxOutputLength) =>
  zlib.brotliDecompressSync(bytes, { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH, maxOutputLength });
const zstd: Coding = (bytes, maxOutputLength) =>
  zlib.zstdDecompressSync(bytes, { finishFlush: zlib.constants.ZSTD_e_flush, maxOutputLength });

const codings: ReadonlyMap<string, Coding> = new Map([
  ['gzip', gunzip],
  // RFC 9110 8.4.1.3: a recipient should consider "x-gzip" to be equivalent
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', brotli],
  ['zstd', zstd],
]);

function listCodings(field: string | undefined): string[] {
  if (field === undefined) return [];
  return field.split(',').map((name) => name.trim().toLowerCase());
}

/** Framing and no-ops among the names of codings. */
const notCodings: ReadonlySet<string> = new Set(['', 'identity', 'chunked']);

/**
 * The codings of a body in the order they were applied: first those of the content, then those of the transfer
 * (RFC 9112 7), where `chunked` is framing that was undone already.
 */
export function bodyCodings(headers: HeaderFields): readonly string[] {
  const names = [
    ...listCodings(headers.get('content-encoding')),
    ...listCodings(headers.get('transfer-encoding')),
  ];
  return names.filter((name) => !notCodings.has(name));
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

/**
 * Undoes the codings of a body, last applied first. At most two: more is a bomb, not a message. The result is at most
 * `maxBytes` long; a body that would be longer yields nothing and `body_limit`. Input that stops early yields what it held.
 * Never throws.
 */
export function decodeContent(bytes: Buffer, names: readonly string[], maxBytes: number): DecodedBody {
  if (names.length > 2) return { bytes: Buffer.alloc(0), problem: 'content_coding_unsupported' };
  let decoded = bytes;
  for (const name of names.toReversed()) {
    const coding = codings.get(name);
    if (coding === undefined) return { bytes: Buffer.alloc(0), problem: 'content_coding_unsupported' };
    if (decoded.length === 0) return { bytes: decoded };
    try {
      decoded = coding(decoded, maxBytes);
    } catch (error) {
      const problem = isTooLarge(error) ? 'body_limit' : 'content_coding_failed';
      return { bytes: Buffer.alloc(0), problem };
    }
  }
  return { bytes: decoded };
}
