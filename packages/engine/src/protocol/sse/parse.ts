import { StringDecoder } from 'node:string_decoder';
import type { Buffer } from 'node:buffer';
import { maxEventChars, maxLineChars } from './limits.ts';
import type { SseCounts, SseEvent } from './types.ts';

const lineFeed = 0x0a;

/**
 * The event stream interpretation of the HTML standard, 9.2.6, on bytes split anywhere. Calls `onEvent` for each event in
 * the order of the stream. Never throws by itself.
 */
export class SseParser {
  readonly #onEvent: (event: SseEvent) => void;
  #decoder = new StringDecoder('utf8');
  #atStart = true;
  /** The last feed ended in CR: a LF that follows belongs to it. */
  #skipLineFeed = false;
  /** Start of a line whose end has not come. */
  #rest = '';
  #lineTooLong = false;
  #type = '';
  #data = '';
  #hasData = false;
  #eventTooLong = false;
  #id = '';
  #retryMs: number | undefined;
  #afterGap = false;
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

  feed(bytes: Buffer): void {
    let text = this.#decoder.write(bytes);
    if (text === '') return;
    if (this.#atStart) {
      this.#atStart = false;
      // 9.2.5: one leading byte order mark is ignored
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    if (this.#afterGap) {
      this.#afterGap = false;
      if (text.startsWith('data:') || text.startsWith('event:')) this.#resumeAtEvent();
    }
    this.#readText(text);
  }

  /**
   * Bytes are missing: the open event is lost. What follows belongs to an unknown event until an empty line, unless it
   * begins like a field: servers write whole events.
   */
  gap(): void {
    this.#decoder = new StringDecoder('utf8');
    this.#discardOpen();
    this.#eventTooLong = true;
    this.#lineTooLong = true;
    this.#skipLineFeed = false;
    this.#atStart = false;
    this.#afterGap = true;
  }

  /** The stream is over. An event without its empty line is discarded (9.2.6) and counted. */
  end(): void {
    this.#discardOpen();
  }

  #discardOpen(): void {
    if (this.#hasData || this.#rest !== '') this.#cut++;
    this.#rest = '';
    this.#resetEvent();
  }

  #resumeAtEvent(): void {
    this.#lineTooLong = false;
    this.#eventTooLong = false;
  }

  #resetEvent(): void {
    this.#type = '';
    this.#data = '';
    this.#hasData = false;
    this.#eventTooLong = false;
  }

  #readText(text: string): void {
    let at = this.#skipLineFeed && text.charCodeAt(0) === lineFeed ? 1 : 0;
    this.#skipLineFeed = false;
    let carriageReturn = text.indexOf('\r', at);
    while (at < text.length) {
      const newLine = text.indexOf('\n', at);
      if (carriageReturn >= 0 && carriageReturn < at) carriageReturn = text.indexOf('\r', at);
      const byReturn = carriageReturn >= 0 && (newLine < 0 || carriageReturn < newLine);
      const end = byReturn ? carriageReturn : newLine;
      if (end < 0) {
        this.#keepRest(text.slice(at));
        return;
      }
      this.#lineEnded(text, at, end);
      at = end + 1;
      if (!byReturn) continue;
      if (at === text.length) this.#skipLineFeed = true;
      else if (at === newLine) at++;
    }
  }

  #keepRest(text: string): void {
    if (this.#lineTooLong) return;
    this.#rest = this.#rest === '' ? text : this.#rest + text;
    if (this.#rest.length <= maxLineChars) return;
    this.#rest = '';
    this.#lineTooLong = true;
    this.#eventTooLong = true;
    this.#tooLong++;
  }

  #lineEnded(text: string, from: number, to: number): void {
    if (this.#lineTooLong) {
      this.#lineTooLong = false;
      this.#rest = '';
      return;
    }
    if (this.#rest === '') {
      this.#readLine(text, from, to);
      return;
    }
    const line = this.#rest + text.slice(from, to);
    this.#rest = '';
    this.#readLine(line, 0, line.length);
  }

  #readLine(text: string, from: number, to: number): void {
    if (from === to) {
      this.#dispatch();
      return;
    }
    if (text.startsWith('data:', from) && to - from >= 5) {
      this.#addData(
        text.slice(text.charCodeAt(from + 5) === 0x20 && to - from > 5 ? from + 6 : from + 5, to),
      );
      return;
    }
    const line = text.slice(from, to);
    const colon = line.indexOf(':');
    // a line that starts with a colon is a comment
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1);
    if (name === 'data') this.#addData(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.#retryMs = Number(value);
  }

  #addData(value: string): void {
    if (this.#eventTooLong) return;
    this.#data = this.#hasData ? `${this.#data}\n${value}` : value;
    this.#hasData = true;
    if (this.#data.length <= maxEventChars) return;
    this.#eventTooLong = true;
    this.#tooLong++;
    this.#data = '';
  }

  #dispatch(): void {
    const type = this.#type;
    const data = this.#data;
    const deliver = this.#hasData && !this.#eventTooLong;
    this.#resetEvent();
    if (!deliver) return;
    this.#events++;
    this.#onEvent({ type: type === '' ? 'message' : type, data, id: this.#id });
  }
}
