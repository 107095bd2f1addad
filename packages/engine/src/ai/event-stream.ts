import type { Buffer } from 'node:buffer';
import type { AiApi } from '../event/types.ts';
import type { BodyBuffer } from '../protocol/common/body-buffer.ts';
import { bodyCodings, decodeContent } from '../protocol/http1/content-coding.ts';
import type { HttpMessage } from '../protocol/http1/types.ts';
import { SseParser } from '../protocol/sse/parse.ts';
import type { SseEvent } from '../protocol/sse/types.ts';
import type { ResponseParts, StreamReader } from './api-decoder.ts';
import { readableBytes } from './body-read.ts';
import { EventTemplate } from './event-template.ts';
import { parseOrNothing } from './json-prefix.ts';
import { isRecord } from './json-read.ts';
import { decoders, recogniseEvent } from './recognise.ts';

export interface ReadStream {
  readonly api: AiApi | undefined;
  readonly parts: ResponseParts | undefined;
  /** When the first thing the model said had arrived. */
  readonly firstContentUs: number | undefined;
  readonly reasons: readonly string[];
}

class StreamJoiner {
  #api: AiApi | undefined;
  #reader: StreamReader | undefined;
  #lost = false;
  readonly #template = new EventTemplate();
  malformed = 0;
  readonly parser = new SseParser((event) => this.#event(event));

  constructor(api: AiApi | undefined) {
    this.#api = api;
    if (api !== undefined) this.#reader = decoders[api].openStream();
  }

  get api(): AiApi | undefined {
    return this.#api;
  }

  get hasContent(): boolean {
    return this.#reader?.hasContent === true;
  }

  gap(): void {
    this.#lost = true;
    this.#template.forget();
    this.parser.gap();
    this.#reader?.gap();
  }

  finish(): ResponseParts | undefined {
    this.parser.end();
    return this.#reader?.finish();
  }

  #event({ type, data }: SseEvent): void {
    if (data === '[DONE]') {
      this.#reader?.done();
      return;
    }
    if (this.#template.take(data) || this.#reader?.takeUnparsed?.(type, data) === true) return;
    const value = parseOrNothing(data);
    if (value === undefined) {
      this.malformed++;
      return;
    }
    if (!isRecord(value)) return;
    if (this.#reader === undefined) {
      this.#api = recogniseEvent(value);
      if (this.#api === undefined) return;
      this.#reader = decoders[this.#api].openStream();
      if (this.#lost) this.#reader.gap();
    }
    this.#template.learn(data, this.#reader.read(type, value));
  }
}

/** Feeds bytes that were not coded: part by part as they arrived until the first token is found, then the rest at once. */
function feedPlain(joiner: StreamJoiner, body: BodyBuffer): number | undefined {
  const bytes = body.bytes();
  const gaps = [...body.gaps, bytes.length];
  let at = 0;
  let mark = 0;
  let firstContentUs: number | undefined;
  for (const [index, gap] of gaps.entries()) {
    while (at < gap) {
      let end = gap;
      let timeUs: number | undefined;
      if (firstContentUs === undefined) {
        while (mark < body.markCount && body.markAt(mark).offset <= at) mark++;
        if (mark < body.markCount) {
          const part = body.markAt(mark);
          end = Math.min(gap, part.offset);
          ({ timeUs } = part);
        }
      }
      joiner.parser.feed(bytes.subarray(at, end));
      at = end;
      if (firstContentUs === undefined && joiner.hasContent) firstContentUs = timeUs;
    }
    if (index < gaps.length - 1) joiner.gap();
  }
  return firstContentUs;
}

/** Characters of decoded stream fed at a time while the first token is sought. */
const searchStep = 512;

/** Feeds decoded bytes; gives the offset at which the first token was there. */
function feedDecoded(joiner: StreamJoiner, bytes: Buffer): number | undefined {
  let at = 0;
  while (at < bytes.length && !joiner.hasContent) {
    const end = Math.min(bytes.length, at + searchStep);
    joiner.parser.feed(bytes.subarray(at, end));
    at = end;
  }
  if (!joiner.hasContent) return undefined;
  joiner.parser.feed(bytes.subarray(at));
  return at;
}

/**
 * When `decodedOffset` bytes could be decoded: the first arrival whose compressed bytes yield as many. Found by halving,
 * each step decodes a beginning of the body again; the first token is near its start, so these are short.
 */
function arrivalOf(message: HttpMessage, body: BodyBuffer, decodedOffset: number): number | undefined {
  const codings = bodyCodings(message.head.headers);
  let low = 0;
  let high = body.markCount - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const bytes = body.bytes().subarray(0, body.markAt(middle).offset);
    const decoded = decodeContent(bytes, codings, decodedOffset + searchStep);
    if (decoded.problem === 'body_limit' || decoded.bytes.length >= decodedOffset) high = middle;
    else low = middle + 1;
  }
  return high < 0 ? undefined : body.markAt(low).timeUs;
}

/** Joins a streamed response; of one that is cut what was there. `api` undefined: the events say which it is. Never throws. */
export function readEventStream(
  message: HttpMessage,
  api: AiApi | undefined,
  maxDecodedBytes: number,
): ReadStream {
  const { body } = message;
  const joiner = new StreamJoiner(api);
  if (body === undefined) return { api, parts: undefined, firstContentUs: undefined, reasons: [] };
  const coded = bodyCodings(message.head.headers).length > 0;
  const reasons: string[] = [];
  let firstContentUs: number | undefined;
  if (coded) {
    const read = readableBytes(message, body, maxDecodedBytes);
    reasons.push(...read.reasons);
    const offset = feedDecoded(joiner, read.bytes);
    if (offset !== undefined) firstContentUs = arrivalOf(message, body, offset);
    if (body.gaps.length > 0) joiner.gap();
  } else {
    firstContentUs = feedPlain(joiner, body);
    if (body.overflow !== undefined) reasons.push(body.overflow);
  }
  const parts = joiner.finish();
  if (joiner.malformed > 0 || joiner.parser.counts.tooLong > 0) reasons.push('malformed_stream');
  return { api: joiner.api, parts, firstContentUs, reasons };
}
