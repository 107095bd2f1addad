import { Buffer } from 'node:buffer';
import type { CloseReason, ParseOutcome, Segment } from '../common/types.ts';
import { headEnd, startKind } from './boundary.ts';
import { ChunkedReader, chunkStartsAt } from './chunked.ts';
import { parseHead } from './head.ts';
import { maxHeadBytes } from './limits.ts';
import { keepData, noteLoss, openMessage, touch } from './message.ts';
import type { HttpMessage, MessageKind, MessageSink } from './types.ts';

/**
 * `seek`: no position in the protocol; each record is tried for a message start. `seek_chunk`: the same, and a chunk
 * start of the open message will do.
 */
type State = 'start' | 'head' | 'length' | 'chunked' | 'until_close' | 'seek' | 'seek_chunk' | 'stopped';

const outcomes: Readonly<Record<State, ParseOutcome>> = {
  start: 'success',
  head: 'needs_more',
  length: 'needs_more',
  chunked: 'needs_more',
  until_close: 'needs_more',
  seek: 'invalid',
  seek_chunk: 'invalid',
  stopped: 'end_of_stream',
};

/** Bytes of a possible start line that are held while its end has not come. */
const maxHeldStartBytes = 8192;

const noBytes = Buffer.alloc(0);

/**
 * Bytes of one direction to messages. Works on any split of the bytes; keeps no more than an unfinished head itself, the
 * body goes to the message's buffer if it has one.
 */
export class Http1Parser {
  readonly #sink: MessageSink;
  #expects: MessageKind | undefined;
  #state: State = 'start';
  #head = noBytes;
  #headStartUs = 0;
  #headPosition = 0;
  #headTid = 0;
  #message: HttpMessage | undefined;
  #remaining = 0;
  readonly #chunks = new ChunkedReader();
  #bodyMayBeSkipped = false;
  /** The place in the stream was found again after a loss and no message was read since. */
  #resumed = false;

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  get state(): State {
    return this.#state;
  }

  /** The message whose head was read and whose end was not. */
  get open(): HttpMessage | undefined {
    return this.#message;
  }

  /** Bytes held here: an unfinished head. */
  get heldBytes(): number {
    return this.#head.length;
  }

  /** From now on only messages of this kind are taken. */
  expect(kind: MessageKind): void {
    this.#expects = kind;
  }

  /** RFC 9110 10.1.1: a client that got a final answer to `Expect: 100-continue` may leave the announced body out. */
  allowMissingBody(): void {
    this.#bodyMayBeSkipped = true;
  }

  /** The bytes from here on are another protocol. */
  stop(): void {
    this.#state = 'stopped';
    this.#head = noBytes;
    this.#message = undefined;
  }

  /** Takes the next bytes. `success` between messages, `invalid` while it has lost its place and seeks a message start. */
  feed(segment: Segment): ParseOutcome {
    const found = this.#state === 'seek' || this.#state === 'seek_chunk' ? this.#resume(segment) : segment;
    let at = 0;
    while (at < found.bytes.length) at = this.#step(found, at);
    return outcomes[this.#state];
  }

  /** Consumes some bytes from `at` or changes the state. */
  #step(segment: Segment, at: number): number {
    const { bytes } = segment;
    switch (this.#state) {
      case 'start':
        return this.#skipEmptyLines(bytes, at);
      case 'head':
        return this.#readHead(segment, at);
      case 'length':
        return this.#readLength(segment, at);
      case 'chunked':
        return this.#readChunked(segment, at);
      case 'until_close':
        this.#keep(segment, at, bytes.length);
        return bytes.length;
      case 'seek':
      case 'seek_chunk':
      case 'stopped':
        this.#sink.skipped(bytes.length - at);
        return bytes.length;
    }
  }

  /** Bytes are missing from the stream here; their number is 0 when unknown. */
  gap(lostBytes: number): void {
    const message = this.#message;
    switch (this.#state) {
      case 'length':
        if (message === undefined) return;
        if (lostBytes > 0 && lostBytes <= this.#remaining) {
          this.#remaining -= lostBytes;
          noteLoss(message, lostBytes);
          if (this.#remaining === 0) this.#finish('gap');
          return;
        }
        noteLoss(message, lostBytes > 0 ? this.#remaining : 0);
        this.#finish('gap');
        this.#loseSync();
        return;
      case 'chunked':
        if (message === undefined) return;
        noteLoss(message, lostBytes);
        if (!this.#chunks.gap(lostBytes)) {
          this.#state = 'seek_chunk';
          this.#sink.lostSync();
        }
        return;
      case 'until_close':
        if (message !== undefined) noteLoss(message, lostBytes);
        return;
      case 'head':
        this.#cutHead('gap');
        this.#loseSync();
        return;
      case 'start':
        this.#loseSync();
        return;
      case 'seek_chunk':
      case 'seek':
        if (message !== undefined) noteLoss(message, lostBytes);
        if (this.#head.length > 0) this.#sink.skipped(this.#head.length);
        this.#head = noBytes;
        return;
      case 'stopped':
        return;
    }
  }

  /** The stream ended. A body that ends with the connection is complete when the connection was closed in order. */
  end(reason: CloseReason): void {
    if (this.#state === 'head') this.#cutHead('closed');
    const orderly = this.#state === 'until_close' && reason === 'connection_closed';
    if (this.#message !== undefined) this.#finish(orderly ? 'complete' : 'closed');
    this.stop();
  }

  /**
   * Looks for a message or chunk start where a record starts, and gives back what is to be read on: nothing while the
   * start line is not whole, which is then held in the place of a head.
   */
  #resume(segment: Segment): Segment {
    const held = this.#head;
    this.#head = noBytes;
    if (this.#state === 'seek_chunk' && chunkStartsAt(segment.bytes, 0, segment.bytes.length)) {
      if (held.length > 0) this.#sink.skipped(held.length);
      this.#chunks.reset();
      this.#state = 'chunked';
      return segment;
    }
    const position = segment.position - held.length;
    const joined =
      held.length === 0 ? segment : { ...segment, position, bytes: Buffer.concat([held, segment.bytes]) };
    if (this.#resumes(joined.bytes)) return joined;
    if (this.#head.length > 0) return { ...segment, bytes: noBytes };
    if (held.length === 0) return segment;
    // what was held was no start after all; this record may be one by itself
    this.#sink.skipped(held.length);
    return this.#resume(segment);
  }

  #resumes(bytes: Uint8Array): boolean {
    const kind = startKind(bytes, 0, bytes.length);
    if (kind === 'needs_more' && bytes.length <= maxHeldStartBytes) this.#head = Buffer.from(bytes);
    if (kind === 'other' || kind === 'needs_more' || (kind !== 'http2' && this.#mismatch(kind))) return false;
    if (this.#message !== undefined) this.#finish('gap');
    this.#state = 'start';
    this.#resumed = true;
    return true;
  }

  #mismatch(kind: 'request' | 'response'): boolean {
    return this.#expects !== undefined && this.#expects !== kind;
  }

  /** RFC 9112 2.2: ignore at least one empty line before a request-line. */
  #skipEmptyLines(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && (bytes[at] === 0x0d || bytes[at] === 0x0a)) at++;
    if (at < bytes.length) this.#state = 'head';
    return at;
  }

  #readHead(segment: Segment, from: number): number {
    const held = this.#head.length;
    if (held === 0) {
      this.#headStartUs = segment.startUs;
      this.#headPosition = segment.position + from;
      this.#headTid = segment.tid;
    }
    const added = segment.bytes.subarray(from, held === 0 ? undefined : from + maxHeadBytes);
    const all = held === 0 ? added : Buffer.concat([this.#head, added]);
    if (!this.#acceptable(all)) {
      if (held > 0) this.#sink.skipped(held);
      this.#head = noBytes;
      return from;
    }
    // an empty line may straddle the split: three bytes back is its earliest start
    const end = headEnd(all, Math.max(0, held - 3), all.length);
    if (end < 0) {
      this.#head = Buffer.from(all);
      return all.length > maxHeadBytes ? this.#refuse(segment.bytes.length) : segment.bytes.length;
    }
    this.#takeHead(all.subarray(0, end), segment.endUs);
    return from + end - held;
  }

  /** Whether the bytes may be the start of an expected message; if not, the place is lost. */
  #acceptable(bytes: Uint8Array): boolean {
    const kind = startKind(bytes, 0, bytes.length);
    if (kind === 'http2') {
      this.#sink.http2();
      return false;
    }
    if (kind === 'needs_more' || (kind !== 'other' && !this.#mismatch(kind))) return true;
    this.#loseSync();
    return false;
  }

  #refuse(next: number): number {
    this.#sink.skipped(this.#head.length);
    this.#loseSync();
    return next;
  }

  /** A head whose end will not come: its whole lines may still name the exchange. */
  #cutHead(end: 'gap' | 'closed'): void {
    const lastLine = this.#head.lastIndexOf(0x0a);
    if (lastLine > 0 && startKind(this.#head, 0, this.#head.length) !== 'other') {
      this.#takeHead(this.#head.subarray(0, lastLine + 1), this.#headStartUs, end);
    }
    this.#head = noBytes;
  }

  #takeHead(text: Uint8Array, endUs: number, cut?: 'gap' | 'closed'): void {
    this.#head = noBytes;
    const { buffer, byteOffset, length } = text;
    const head = parseHead(Buffer.from(buffer, byteOffset, length).toString('latin1').trimEnd());
    if (head === undefined) {
      this.#sink.skipped(length);
      this.#loseSync();
      return;
    }
    const message = openMessage(head, {
      headComplete: cut === undefined,
      resumed: this.#resumed,
      startUs: this.#headStartUs,
      position: this.#headPosition,
      tid: this.#headTid,
      endUs,
    });
    this.#message = message;
    this.#resumed = false;
    this.#bodyMayBeSkipped = false;
    const framing = this.#sink.head(message);
    if (framing === 'stop') {
      this.stop();
      return;
    }
    message.framing = framing.kind;
    if (cut !== undefined) {
      this.#finish(cut);
      return;
    }
    switch (framing.kind) {
      case 'none':
        this.#finish('complete');
        return;
      case 'length':
        this.#remaining = framing.bytes;
        this.#state = 'length';
        if (framing.bytes === 0) this.#finish('complete');
        return;
      case 'chunked':
        this.#chunks.reset();
        this.#state = 'chunked';
        return;
      case 'until_close':
        this.#state = 'until_close';
        return;
      case 'invalid':
        this.#finish('invalid');
        this.#loseSync();
        return;
    }
  }

  #readLength(segment: Segment, from: number): number {
    const { bytes } = segment;
    if (this.#bodyMayBeSkipped && from === 0 && this.#message?.bodyBytes === 0) {
      if (startKind(bytes, 0, bytes.length) === 'request') {
        this.#finish('complete');
        return from;
      }
    }
    const taken = Math.min(this.#remaining, bytes.length - from);
    this.#remaining -= taken;
    this.#keep(segment, from, from + taken);
    if (this.#remaining === 0) this.#finish('complete');
    return from + taken;
  }

  #readChunked(segment: Segment, from: number): number {
    const { bytes } = segment;
    const chunks = this.#chunks;
    const message = this.#message;
    let at = from;
    let outcome: ParseOutcome = 'needs_more';
    while (at < bytes.length && outcome === 'needs_more') {
      outcome = chunks.read(bytes, at, bytes.length);
      if (message !== undefined && chunks.dataTo > chunks.dataFrom)
        keepData(message, bytes, chunks.dataFrom, chunks.dataTo);
      at = chunks.next;
    }
    if (message !== undefined) touch(message, segment);
    if (outcome === 'needs_more') return at;
    this.#finish(outcome === 'success' ? 'complete' : 'invalid');
    if (outcome === 'invalid') this.#loseSync();
    return at;
  }

  #keep(segment: Segment, from: number, to: number): void {
    const message = this.#message;
    if (message === undefined) return;
    keepData(message, segment.bytes, from, to);
    touch(message, segment);
  }

  #finish(end: HttpMessage['end']): void {
    const message = this.#message;
    this.#message = undefined;
    this.#state = 'start';
    if (message === undefined) return;
    message.end = end;
    this.#sink.end(message);
  }

  #loseSync(): void {
    this.#state = 'seek';
    this.#head = noBytes;
    this.#sink.lostSync();
  }
}
