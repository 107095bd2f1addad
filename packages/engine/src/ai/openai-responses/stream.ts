import type { Appended, ResponseError, ResponseParts, StreamReader } from '../api-decoder.ts';
import { readError } from '../error-body.ts';
import { isRecord, readNumber, readRecord, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { parseOrNothing } from '../json-prefix.ts';
import { TextPart } from '../text-part.ts';
import { callArguments, readOutputItems } from './content.ts';
import { assembleParts } from './response.ts';

/** Output items a stream; long agent runs have some hundred. */
const maxItems = 4096;

/** Parts of one item. */
const maxParts = 1024;

type PartKind = 'output_text' | 'refusal' | 'summary_text' | 'reasoning_text' | 'arguments';

interface StreamedPart {
  readonly kind: PartKind;
  readonly text: TextPart;
}

/** An item while it is streamed: its members as announced, then its parts as they come, at last the whole item. */
class StreamedItem {
  readonly #announced: JsonRecord;
  readonly #parts = new Map<string, StreamedPart>();
  #whole: JsonRecord | undefined;

  constructor(announced: JsonRecord) {
    this.#announced = announced;
  }

  add(kind: PartKind, index: number, piece: string): void {
    const key = `${kind}/${index}`;
    let part = this.#parts.get(key);
    if (part === undefined) {
      if (this.#parts.size >= maxParts) return;
      part = { kind, text: new TextPart() };
      this.#parts.set(key, part);
    }
    part.text.add(piece);
  }

  finish(whole: JsonRecord): void {
    this.#whole = whole;
  }

  cut(): void {
    for (const part of this.#parts.values()) part.text.cut();
  }

  toItem(): JsonRecord {
    if (this.#whole !== undefined) return this.#whole;
    const type = readString(this.#announced, 'type') ?? 'message';
    const parts = [...this.#parts.values()];
    const texts = (...kinds: PartKind[]): JsonRecord[] =>
      parts
        .filter((part) => kinds.includes(part.kind))
        .map((part) =>
          part.kind === 'refusal'
            ? { type: 'refusal', refusal: part.text.text }
            : { type: part.kind, text: part.text.text },
        );
    if (type === 'message') return { ...this.#announced, type, content: texts('output_text', 'refusal') };
    if (type === 'reasoning') {
      return { ...this.#announced, summary: texts('summary_text'), content: texts('reasoning_text') };
    }
    const member = callArguments.get(type);
    const written = parts.find((part) => part.kind === 'arguments');
    return member === undefined || written === undefined
      ? this.#announced
      : { ...this.#announced, [member]: written.text.text };
  }
}

/** Events that carry a piece of an item, and which member counts its parts. */
const deltas: ReadonlyMap<string, { readonly kind: PartKind; readonly index: string }> = new Map([
  ['response.output_text.delta', { kind: 'output_text', index: 'content_index' }],
  ['response.refusal.delta', { kind: 'refusal', index: 'content_index' }],
  ['response.reasoning_summary_text.delta', { kind: 'summary_text', index: 'summary_index' }],
  ['response.reasoning_text.delta', { kind: 'reasoning_text', index: 'content_index' }],
  ['response.function_call_arguments.delta', { kind: 'arguments', index: '' }],
  ['response.mcp_call_arguments.delta', { kind: 'arguments', index: '' }],
  ['response.custom_tool_call_input.delta', { kind: 'arguments', index: '' }],
  ['response.code_interpreter_call_code.delta', { kind: 'arguments', index: '' }],
]);

/** Joins the events of a streamed response. The last event repeats all of it, which also heals what was lost before. */
class ResponsesStreamReader implements StreamReader {
  readonly #items = new Map<number, StreamedItem>();
  #response: JsonRecord = {};
  #error: ResponseError | undefined;
  #ended = false;
  #lost = false;
  #waiting: string[] = [];
  hasContent = false;

  /** Pieces wait unparsed: the last event tells the whole, and mostly it comes. */
  takeUnparsed(type: string, data: string): boolean {
    if (!deltas.has(type) || data.includes('"delta":""')) return false;
    this.hasContent = true;
    if (!this.#lost) this.#waiting.push(data);
    return true;
  }

  read(type: string, event: JsonRecord): Appended | undefined {
    const kind = readString(event, 'type') ?? type;
    const delta = deltas.get(kind);
    if (delta !== undefined) {
      this.#readWaiting();
      this.#readDelta(event, delta);
    } else this.#readOther(kind, type, event);
    return undefined;
  }

  #readWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const data of waiting) {
      const event = parseOrNothing(data);
      const delta = isRecord(event) ? deltas.get(readString(event, 'type') ?? '') : undefined;
      if (isRecord(event) && delta !== undefined) this.#readDelta(event, delta);
    }
  }

  #readOther(kind: string, type: string, event: JsonRecord): void {
    switch (kind) {
      case 'response.output_item.added':
        this.#open(event, readRecord(event, 'item') ?? {});
        return;
      case 'response.output_item.done': {
        const item = readRecord(event, 'item') ?? {};
        this.#open(event, item)?.finish(item);
        return;
      }
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
        this.#ended = true;
        this.#response = readRecord(event, 'response') ?? this.#response;
        return;
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        this.#response = readRecord(event, 'response') ?? this.#response;
        return;
      case 'error':
        this.#error ??= readError(event, true);
        return;
      default:
        this.#error ??= kind.startsWith('response.') ? undefined : readError(event, type === 'error');
    }
  }

  done(): void {
    // the terminal event says it; some proxies add the marker of the chat format
  }

  gap(): void {
    this.#readWaiting();
    this.#lost = true;
    for (const item of this.#items.values()) item.cut();
  }

  finish(): ResponseParts {
    const told = readOutputItems(this.#response);
    const toldWhole = this.#ended && told.length > 0;
    if (!toldWhole) this.#readWaiting();
    if (!this.#ended && this.#error === undefined) for (const item of this.#items.values()) item.cut();
    const joined = [...this.#items].sort(([one], [other]) => one - other).map(([, item]) => item.toItem());
    const whole = this.#ended && (toldWhole || !this.#lost);
    const parts = assembleParts(this.#response, toldWhole ? told : joined, whole);
    const error = this.#error ?? parts.error;
    return error === undefined ? parts : { ...parts, error };
  }

  #readDelta(event: JsonRecord, delta: { readonly kind: PartKind; readonly index: string }): void {
    const piece = readString(event, 'delta');
    if (piece === undefined || piece === '') return;
    this.hasContent = true;
    if (this.#lost) return;
    this.#open(event, {})?.add(delta.kind, readNumber(event, delta.index) ?? 0, piece);
  }

  #open(event: JsonRecord, announced: JsonRecord): StreamedItem | undefined {
    const index = readNumber(event, 'output_index') ?? 0;
    const known = this.#items.get(index);
    if (known !== undefined || this.#items.size >= maxItems) return known;
    const item = new StreamedItem(announced);
    this.#items.set(index, item);
    return item;
  }
}

/** A reader for one streamed response. */
export function openStream(): StreamReader {
  return new ResponsesStreamReader();
}
