import type { Appended, ResponseError, ResponseParts, StreamReader } from '../api-decoder.ts';
import { readError } from '../error-body.ts';
import { readNumber, readRecord, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { TextPart } from '../text-part.ts';
import { isToolUse } from './content.ts';
import { assembleParts } from './response.ts';

/** Content blocks a stream. */
const maxBlocks = 4096;

/** Deltas that carry what the model said: which member holds the piece. Signatures and citations are not kept. */
const pieceMembers: ReadonlyMap<string, string> = new Map([
  ['text_delta', 'text'],
  ['thinking_delta', 'thinking'],
  ['input_json_delta', 'partial_json'],
]);

/** A block while it is streamed. */
class StreamedBlock {
  readonly #started: JsonRecord;
  #stopped = false;
  #lost = false;
  readonly text = new TextPart();

  constructor(started: JsonRecord) {
    this.#started = started;
    if (readString(started, 'type') === 'text') this.text.add(readString(started, 'text'));
    if (readString(started, 'type') === 'thinking') this.text.add(readString(started, 'thinking'));
  }

  /** The block ended: all of it was said. */
  stop(): void {
    this.#stopped = true;
    this.text.close();
  }

  /** Nothing more of it is known. */
  cut(): void {
    if (!this.#stopped) this.#lost = true;
    this.text.cut();
  }

  toBlock(): JsonRecord {
    const { text } = this.text;
    switch (readString(this.#started, 'type') ?? '') {
      case 'text':
        return { type: 'text', text };
      case 'thinking':
        return { type: 'thinking', thinking: text };
      default:
        if (!isToolUse(this.#started)) return this.#started;
        // the start carries an empty object as input, which is true only when the block ended and nothing came
        return text === '' && this.#stopped && !this.#lost
          ? this.#started
          : { ...this.#started, input: text };
    }
  }
}

/** Joins the events of a streamed message. */
class MessageStreamReader implements StreamReader {
  readonly #blocks = new Map<number, StreamedBlock>();
  #message: JsonRecord = {};
  #usage: JsonRecord = {};
  #error: ResponseError | undefined;
  #ended = false;
  #lost = false;
  hasContent = false;

  read(type: string, event: JsonRecord): Appended | undefined {
    const kind = readString(event, 'type') ?? type;
    if (kind === 'content_block_delta') return this.#readDelta(event);
    this.#readOther(kind, type, event);
    return undefined;
  }

  #readOther(kind: string, type: string, event: JsonRecord): void {
    switch (kind) {
      case 'content_block_start':
        this.#start(event);
        return;
      case 'content_block_stop':
        this.#blocks.get(readNumber(event, 'index') ?? -1)?.stop();
        return;
      case 'message_start':
        this.#message = readRecord(event, 'message') ?? {};
        this.#usage = readRecord(this.#message, 'usage') ?? {};
        return;
      case 'message_delta':
        this.#message = { ...this.#message, ...readRecord(event, 'delta') };
        this.#mergeUsage(readRecord(event, 'usage') ?? {});
        return;
      case 'message_stop':
        this.#ended = true;
        return;
      case 'ping':
        return;
      default:
        this.#error ??= readError(event, type === 'error');
    }
  }

  done(): void {
    // not part of this API; proxies that add it also send message_stop
  }

  gap(): void {
    this.#lost = true;
    for (const block of this.#blocks.values()) block.cut();
  }

  finish(): ResponseParts {
    // after an error nothing was to follow: what was said is all there is
    const cut = !this.#ended && this.#error === undefined;
    if (cut) for (const block of this.#blocks.values()) block.cut();
    const blocks = [...this.#blocks]
      .sort(([one], [other]) => one - other)
      .map(([, block]) => block.toBlock());
    const usage = Object.keys(this.#usage).length === 0 ? {} : { usage: this.#usage };
    const parts = assembleParts({ ...this.#message, ...usage }, blocks, this.#ended && !this.#lost);
    const error = this.#error ?? parts.error;
    return error === undefined ? parts : { ...parts, error };
  }

  /** Later counts are totals that replace the earlier; those not repeated, or null, stay. */
  #mergeUsage(usage: JsonRecord): void {
    const counts = Object.entries(usage).filter(([, count]) => typeof count === 'number');
    this.#usage = { ...this.#usage, ...Object.fromEntries(counts) };
  }

  #start(event: JsonRecord): void {
    const index = readNumber(event, 'index') ?? 0;
    if (this.#blocks.has(index) || this.#blocks.size >= maxBlocks) return;
    const started = readRecord(event, 'content_block') ?? {};
    if (isToolUse(started)) this.hasContent = true;
    this.#blocks.set(index, new StreamedBlock(started));
  }

  #readDelta(event: JsonRecord): Appended | undefined {
    const delta = readRecord(event, 'delta');
    if (delta === undefined) return undefined;
    const member = pieceMembers.get(readString(delta, 'type') ?? '');
    if (member === undefined) return undefined;
    const piece = readString(delta, member);
    if (piece === undefined || piece === '') return undefined;
    this.hasContent = true;
    const part = this.#blocks.get(readNumber(event, 'index') ?? -1)?.text;
    if (part === undefined) return undefined;
    part.add(piece);
    return { part, piece };
  }
}

/** A reader for one streamed response. */
export function openStream(): StreamReader {
  return new MessageStreamReader();
}
