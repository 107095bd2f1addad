import type { Buffer } from 'node:buffer';
import type { BodyBuffer } from '../protocol/common/body-buffer.ts';
import { bodyCodings, decodeContent } from '../protocol/http1/content-coding.ts';
import type { HttpMessage } from '../protocol/http1/types.ts';
import { parseJsonPrefix } from './json-prefix.ts';

/** A body as far as it could be read. */
export interface ReadBody {
  readonly text: string;
  /** The parsed JSON; undefined when there is none. */
  readonly json: unknown;
  /** The text was read to its end. */
  readonly whole: boolean;
  /** Why not, as words for `confidence.reasons`. */
  readonly reasons: readonly string[];
}

/** Bytes before the first loss, without content coding. */
export function readableBytes(
  message: HttpMessage,
  body: BodyBuffer,
  maxDecodedBytes: number,
): { bytes: Buffer; reasons: string[] } {
  const firstGap = body.gaps[0];
  const kept = firstGap === undefined ? body.bytes() : body.bytes().subarray(0, firstGap);
  const reasons: string[] = body.overflow === undefined ? [] : [body.overflow];
  const codings = bodyCodings(message.head.headers);
  if (codings.length === 0) return { bytes: kept, reasons };
  const decoded = decodeContent(kept, codings, maxDecodedBytes);
  if (decoded.problem !== undefined) reasons.push(decoded.problem);
  return { bytes: decoded.bytes, reasons };
}

/** Reads a JSON body; one that is cut or broken as far as it goes. Never throws. */
export function readJsonBody(message: HttpMessage, maxDecodedBytes: number): ReadBody {
  const { body } = message;
  if (body === undefined)
    return { text: '', json: undefined, whole: message.end === 'complete', reasons: [] };
  const { bytes, reasons } = readableBytes(message, body, maxDecodedBytes);
  if (bytes.length === 0) {
    return { text: '', json: undefined, whole: false, reasons: reasons.length > 0 ? reasons : ['no_body'] };
  }
  const text = bytes.toString('utf8');
  try {
    const json: unknown = JSON.parse(text);
    return { text, json, whole: reasons.length === 0, reasons };
  } catch {
    const cut = message.end !== 'complete' || body.gaps.length > 0 || reasons.length > 0;
    if (!cut) reasons.push('malformed_json');
    return { text, json: parseJsonPrefix(text), whole: false, reasons };
  }
}

/** Cheap test before a body of unknown origin is parsed: the members every AI request has. */
export function mayBeAiRequest(bytes: Buffer): boolean {
  return bytes.includes('"model"') && (bytes.includes('"messages"') || bytes.includes('"input"'));
}
