import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/**
 * Payloads from this many UTF-16 units on are compressed. Below it the time costs more than the space; above it are
 * requests that repeat a whole conversation, which shrink five to ten times.
 */
const COMPRESS_FROM = 4096;

/** No payload is larger than what one captured message may be by an order of magnitude. */
const MAX_PAYLOAD_BYTES = 256 * 1024 * 1024;

/** The form a payload is stored in: text as it is, or zstd when long. */
export function encodePayload(payload: string): string | Uint8Array {
  return payload.length < COMPRESS_FROM ? payload : zstdCompressSync(payload);
}

/** The text of a stored payload. Throws when the blob is damaged. */
export function decodePayload(body: string | Uint8Array): string {
  if (typeof body === 'string') return body;
  return zstdDecompressSync(body, { maxOutputLength: MAX_PAYLOAD_BYTES }).toString('utf8');
}
