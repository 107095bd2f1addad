import { Buffer } from 'node:buffer';
import { maxEventChars, maxLineBytes } from './limits.ts';
import type { SseCounts, SseEvent } from './types.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

/** The field name `data` with its colon, which nearly every line of a stream starts with. */
function isData(bytes: Buffer, from: number, to: number): boolean {
  return (
    to - from >= 5 &&
    bytes[from] === 0x64 &&
    bytes[from + 1] === 0x61 &&
    bytes[from + 2] === 0x74 &&
    bytes[from + 3] === 0x61 &&
    bytes[from + 4] === 0x3a
  );
}

/**
 * The event stream interpretation of the HTML standard, 9.2.6, on bytes split anywhere. Lines are found in the bytes and
 * decoded one by one: a line end is never part of a UTF-8 character, so none is ever cut (bench/src/assemble.ts: twice as
 * fast as finding them in text). Calls `onEvent` for each event in the order of the stream. Never throws by itself.
 */
export class SseParser {
  readonly #onEvent: (event: SseEvent) => void;
  #firstLine = true;
  /** The last feed ended in CR: a LF that follows belongs to it. */
  #skipLineFeed = false;
  /** Start of a line whose end has not come, in pieces. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #skipLine = false;
  #afterGap = false;
  #type = '';
  #data = '';
  #hasData = false;
  #skipEvent = false;
  #id = '';
  #retryMs: number | undefined;
  #events = 0;
  #tooLong = 0;
  #cut = 0;

  constructor(onEvent: (event: SseEvent) => void) {
    this.#onEvent = onEvent;
  }

  get counts(): SseCounts {
    return { events: this.#events, tooLong: this.#tooLong, cut: this.#cut };
  }

  /** Reconnection time the server asked for. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  /** Takes the next bytes; keeps a copy of an unfinished line. */
  feed(bytes: Buffer): void {
    if (bytes.length === 0) return;
    let at = 0;
    if (this.#afterGap) this.#resume(bytes);
    if (this.#skipLineFeed) {
      this.#skipLineFeed = false;
      if (bytes[0] === lineFeed) at = 1;
    }
    let nextReturn = bytes.indexOf(carriageReturn, at);
    while (at < bytes.length) {
      const nextFeed = bytes.indexOf(lineFeed, at);
      if (nextReturn >= 0 && nextReturn < at) nextReturn = bytes.indexOf(carriageReturn, at);
      const byReturn = nextReturn >= 0 && (nextFeed < 0 || nextReturn < nextFeed);
      const end = byReturn ? nextReturn : nextFeed;
      if (end < 0) {
        this.#keepRest(bytes.subarray(at));
        return;
      }
      this.#lineEnded(bytes, at, end);
      at = end + 1;
      if (!byReturn) continue;
      if (at === bytes.length) this.#skipLineFeed = true;
      else if (at === nextFeed) at++;
    }
  }

  /**
   * Bytes are missing: the open event is lost. What follows belongs to an unknown event until an empty line, unless it
   * begins like a field: servers write whole events.
   */
  gap(): void {
    this.#discardOpen();
    this.#skipEvent = true;
    this.#skipLine = true;
    this.#skipLineFeed = false;
    this.#firstLine = false;
    this.#afterGap = true;
  }

  /** The stream is over. An event without its empty line is discarded (9.2.6) and counted. */
  end(): void {
    this.#discardOpen();
  }

  #resume(bytes: Buffer): void {
    this.#afterGap = false;
    const atField = isData(bytes, 0, bytes.length) || bytes.subarray(0, 6).toString('latin1') === 'event:';
    if (!atField) return;
    this.#skipLine = false;
    this.#skipEvent = false;
  }

  #discardOpen(): void {
    if (this.#hasData || this.#restBytes > 0) this.#cut++;
    this.#dropRest();
    this.#resetEvent();
  }

  #dropRest(): void {
    this.#rest = [];
    this.#restBytes = 0;
  }

  #resetEvent(): void {
    this.#type = '';
    this.#data = '';
    this.#hasData = false;
    this.#skipEvent = false;
  }

  #keepRest(bytes: Buffer): void {
    if (this.#skipLine) return;
    this.#restBytes += bytes.length;
    if (this.#restBytes <= maxLineBytes) {
      this.#rest.push(Buffer.from(bytes));
      return;
    }
    this.#dropRest();
    this.#skipLine = true;
    this.#skipEvent = true;
    this.#tooLong++;
  }

  #lineEnded(bytes: Buffer, from: number, to: number): void {
    if (this.#skipLine) {
      this.#skipLine = false;
      this.#dropRest();
      return;
    }
    if (this.#restBytes === 0) {
      this.#readLine(bytes, from, to);
      return;
    }
    const line = Buffer.concat([...this.#rest, bytes.subarray(from, to)]);
    this.#dropRest();
    this.#readLine(line, 0, line.length);
  }

  #readLine(bytes: Buffer, start: number, to: number): void {
    let from = start;
    if (this.#firstLine) {
      this.#firstLine = false;
      // 9.2.5: one leading byte order mark is ignored
      if (bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf && to - from >= 3)
        from += 3;
    }
    if (from === to) this.#dispatch();
    else if (isData(bytes, from, to)) {
      const value = bytes[from + 5] === space && to - from > 5 ? from + 6 : from + 5;
      this.#addData(bytes.toString('utf8', value, to));
    } else this.#readField(bytes.toString('utf8', from, to));
  }

  #readField(line: string): void {
    const colon = line.indexOf(':');
    // a line that starts with a colon is a comment
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === space ? colon + 2 : colon + 1);
    if (name === 'data') this.#addData(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.#retryMs = Number(value);
  }

  #addData(value: string): void {
    if (this.#skipEvent) return;
    this.#data = this.#hasData ? `${this.#data}\n${value}` : value;
    this.#hasData = true;
    if (this.#data.length <= maxEventChars) return;
    this.#skipEvent = true;
    this.#tooLong++;
    this.#data = '';
  }

  #dispatch(): void {
    const type = this.#type;
    const data = this.#data;
    const deliver = this.#hasData && !this.#skipEvent;
    this.#resetEvent();
    if (!deliver) return;
    this.#events++;
    this.#onEvent({ type: type === '' ? 'message' : type, data, id: this.#id });
  }
}
