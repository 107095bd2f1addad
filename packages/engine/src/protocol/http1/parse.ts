import { Buffer } from 'node:buffer';
import type { CloseReason, ParseOutcome, Segment } from '../common/types.ts';
import { headEnd, startKind } from './boundary.ts';
import { ChunkedReader, chunkStartsAt } from './chunked.ts';
import { parseHead } from './head.ts';
import { maxHeadBytes } from './limits.ts';
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
          this.#lose(message, lostBytes);
          if (this.#remaining === 0) this.#finish('gap');
          return;
        }
        this.#lose(message, lostBytes > 0 ? this.#remaining : 0);
        this.#finish('gap');
        this.#loseSync();
        return;
      case 'chunked':
        if (message === undefined) return;
        this.#lose(message, lostBytes);
        if (!this.#chunks.gap(lostBytes)) {
          this.#state = 'seek_chunk';
          this.#sink.lostSync();
        }
        return;
      case 'until_close':
        if (message !== undefined) this.#lose(message, lostBytes);
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
        if (message !== undefined) this.#lose(message, lostBytes);
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
    const { bytes } = segment;
    if (this.#head.length > 0) return this.#readSplitHead(segment, from);
    this.#headStartUs = segment.startUs;
    this.#headPosition = segment.position + from;
    this.#headTid = segment.tid;
    if (!this.#acceptable(bytes, from, bytes.length)) return from;
    const end = headEnd(bytes, from, bytes.length);
    if (end < 0) {
      this.#head = Buffer.from(bytes.subarray(from));
      return this.#head.length > maxHeadBytes ? this.#refuse(bytes.length) : bytes.length;
    }
    this.#takeHead(Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from), segment);
    return end;
  }

  #readSplitHead(segment: Segment, from: number): number {
    const { bytes } = segment;
    const held = this.#head.length;
    const all = Buffer.concat([this.#head, bytes.subarray(from, from + maxHeadBytes)]);
    // an empty line may straddle the split: three bytes back is its earliest start
    const end = headEnd(all, Math.max(0, held - 3), all.length);
    if (!this.#acceptable(all, 0, all.length)) {
      this.#head = noBytes;
      this.#sink.skipped(held);
      return from;
    }
    if (end < 0) {
      this.#head = all;
      return all.length > maxHeadBytes ? this.#refuse(bytes.length) : bytes.length;
    }
    this.#takeHead(all.subarray(0, end), segment);
    return from + end - held;
  }

  /** Whether the bytes may be the start of an expected message; if not, the place is lost. */
  #acceptable(bytes: Uint8Array, from: number, to: number): boolean {
    const kind = startKind(bytes, from, to);
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
      const segment = { bytes: noBytes, position: 0, startUs: 0, endUs: this.#headStartUs, tid: 0 };
      this.#takeHead(this.#head.subarray(0, lastLine + 1), segment, end);
    }
    this.#head = noBytes;
  }

  #takeHead(text: Buffer, segment: Segment, cut?: 'gap' | 'closed'): void {
    this.#head = noBytes;
    const head = parseHead(text.toString('latin1').trimEnd());
    if (head === undefined) {
      this.#sink.skipped(text.length);
      this.#loseSync();
      return;
    }
    const message: HttpMessage = {
      head,
      headComplete: cut === undefined,
      resumed: this.#resumed,
      startUs: this.#headStartUs,
      position: this.#headPosition,
      tid: this.#headTid,
      endUs: segment.endUs,
      framing: 'none',
      body: undefined,
      bodyBytes: 0,
      lostBytes: 0,
      end: 'open',
    };
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
    let at = from;
    while (at < bytes.length) {
      const outcome = chunks.read(bytes, at, bytes.length);
      if (chunks.dataTo > chunks.dataFrom) this.#keepData(bytes, chunks.dataFrom, chunks.dataTo);
      at = chunks.next;
      if (outcome === 'needs_more') continue;
      this.#touch(segment);
      this.#finish(outcome === 'success' ? 'complete' : 'invalid');
      if (outcome === 'invalid') this.#loseSync();
      return at;
    }
    this.#touch(segment);
    return at;
  }

  #keep(segment: Segment, from: number, to: number): void {
    this.#keepData(segment.bytes, from, to);
    this.#touch(segment);
  }

  #keepData(bytes: Uint8Array, from: number, to: number): void {
    const message = this.#message;
    if (message === undefined) return;
    message.bodyBytes += to - from;
    message.body?.append(bytes, from, to);
  }

  /** Notes when the bytes of this segment had arrived. */
  #touch(segment: Segment): void {
    const message = this.#message;
    if (message === undefined) return;
    message.endUs = segment.endUs;
    message.body?.mark(segment.endUs);
  }

  #lose(message: HttpMessage, lostBytes: number): void {
    message.lostBytes += lostBytes;
    message.body?.gap();
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
