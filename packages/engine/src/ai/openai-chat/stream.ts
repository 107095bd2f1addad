import type { ContentPart, FinishReason, ToolCall, Usage } from '../../event/types.ts';
import type { Appended, ResponseError, ResponseParts, StreamReader } from '../api-decoder.ts';
import { readError } from '../error-body.ts';
import { compact, readNumber, readRecord, readRecords, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { TextPart } from '../text-part.ts';
import { toolCallPart } from './content.ts';
import { readFinishReason, readUsage } from './response.ts';

/** Choices a stream; the API allows 128. */
const maxChoices = 128;

/** Tool calls a choice. */
const maxToolCalls = 1024;

class StreamedToolCall {
  id: string | undefined;
  name = '';
  type: ToolCall['type'] = 'function';
  readonly arguments = new TextPart();

  toToolCall(): ToolCall {
    return compact<ToolCall>({
      id: this.id,
      name: this.name,
      type: this.type,
      arguments: this.arguments.text,
    });
  }
}

class StreamedChoice {
  readonly text = new TextPart();
  readonly thinking = new TextPart();
  readonly refusal = new TextPart();
  readonly toolCalls = new Map<number, StreamedToolCall>();
  finishReason: FinishReason | undefined;

  cut(): void {
    for (const part of [this.text, this.thinking, this.refusal]) part.cut();
    for (const call of this.toolCalls.values()) call.arguments.cut();
  }

  /** The model has said all it will in this choice. */
  close(): void {
    for (const part of [this.text, this.thinking, this.refusal]) part.close();
    for (const call of this.toolCalls.values()) call.arguments.close();
  }

  content(): ContentPart[] {
    const { text, thinking, refusal } = this;
    const parts: ContentPart[] = [];
    if (thinking.text !== '') parts.push({ type: 'thinking', text: thinking.text });
    if (text.text !== '') parts.push({ type: 'text', text: text.text });
    if (refusal.text !== '') parts.push({ type: 'refusal', text: refusal.text });
    for (const call of this.toolCalls.values()) parts.push(toolCallPart(call.toToolCall()));
    return parts;
  }
}

/** Joins `chat.completion.chunk` events. */
class ChatStreamReader implements StreamReader {
  readonly #choices = new Map<number, StreamedChoice>();
  #model: string | undefined;
  #id: string | undefined;
  #usage: Usage | undefined;
  #error: ResponseError | undefined;
  #done = false;
  #lost = false;
  /** Of the event being read: how many things it changed, and the piece it appended. */
  #changes = 0;
  #appended: Appended | undefined;
  hasContent = false;

  read(type: string, event: JsonRecord): Appended | undefined {
    this.#appended = undefined;
    this.#changes = 0;
    if (this.#model === undefined || this.#model === '') this.#model = readString(event, 'model');
    this.#id ??= readString(event, 'id');
    this.#usage = readUsage(event) ?? this.#usage;
    this.#error ??= readError(event, type === 'error');
    for (const choice of readRecords(event, 'choices')) this.#readChoice(choice);
    const plain = event['usage'] === undefined || event['usage'] === null;
    return this.#changes === 1 && plain && this.#error === undefined ? this.#appended : undefined;
  }

  done(): void {
    this.#done = true;
  }

  gap(): void {
    if (!this.#finished()) this.#lost = true;
    for (const choice of this.#choices.values()) choice.cut();
  }

  finish(): ResponseParts {
    const choices = [...this.#choices].sort(([one], [other]) => one - other);
    const ended = this.#done || this.#error !== undefined || this.#finished();
    if (!ended) for (const [, choice] of choices) choice.cut();
    return compact<ResponseParts>({
      model: this.#model === '' ? undefined : this.#model,
      responseId: this.#id,
      choices: choices.map(([index, choice]) =>
        compact<ResponseParts['choices'][number]>({
          index,
          message: { role: 'assistant', content: choice.content() },
          finish_reason: choice.finishReason,
        }),
      ),
      toolCalls: choices.flatMap(([, choice]) =>
        [...choice.toolCalls.values()].map((call) => call.toToolCall()),
      ),
      usage: this.#usage,
      finishReason: choices[0]?.[1].finishReason,
      error: this.#error,
      whole: ended && !this.#lost,
    });
  }

  #finished(): boolean {
    return (
      this.#choices.size > 0 && this.#choices.values().every((choice) => choice.finishReason !== undefined)
    );
  }

  #readChoice(choice: JsonRecord): void {
    const joined = this.#choiceAt(readNumber(choice, 'index') ?? 0);
    if (joined === undefined) return;
    const delta = readRecord(choice, 'delta');
    if (delta !== undefined && !this.#lost) this.#readDelta(joined, delta);
    const reason = readFinishReason(choice);
    if (reason === undefined) return;
    this.#changes++;
    joined.finishReason = reason;
    joined.close();
  }

  #readDelta(joined: StreamedChoice, delta: JsonRecord): void {
    this.#add(joined.text, readString(delta, 'content'));
    this.#add(joined.thinking, readString(delta, 'reasoning_content') ?? readString(delta, 'reasoning'));
    this.#add(joined.refusal, readString(delta, 'refusal'));
    if (delta['tool_calls'] !== undefined) {
      for (const call of readRecords(delta, 'tool_calls')) this.#readToolCall(joined, call);
    }
    const legacy = readRecord(delta, 'function_call');
    if (legacy !== undefined) this.#readToolCall(joined, { index: 0, function: legacy });
  }

  #add(part: TextPart, piece: string | undefined): void {
    if (piece === undefined || piece === '') return;
    this.hasContent = true;
    this.#changes++;
    this.#appended = { part, piece };
    part.add(piece);
  }

  #choiceAt(index: number): StreamedChoice | undefined {
    const known = this.#choices.get(index);
    if (known !== undefined || this.#choices.size >= maxChoices) return known;
    const choice = new StreamedChoice();
    this.#choices.set(index, choice);
    return choice;
  }

  #readToolCall(choice: StreamedChoice, delta: JsonRecord): void {
    const { toolCalls } = choice;
    // some providers leave the index out: then a delta with an id is a new call, one without goes on with the last
    const index =
      readNumber(delta, 'index') ??
      Math.max(0, readString(delta, 'id') === undefined ? toolCalls.size - 1 : toolCalls.size);
    let call = toolCalls.get(index);
    if (call === undefined) {
      if (toolCalls.size >= maxToolCalls) return;
      call = new StreamedToolCall();
      toolCalls.set(index, call);
    }
    this.hasContent = true;
    this.#changes++;
    call.id ??= readString(delta, 'id');
    const custom = readRecord(delta, 'custom');
    if (custom !== undefined) call.type = 'other';
    const target = custom ?? readRecord(delta, 'function') ?? {};
    call.name = readString(target, 'name') ?? call.name;
    call.arguments.add(readString(target, custom === undefined ? 'arguments' : 'input'));
  }
}

/** A reader for one streamed response. */
export function openStream(): StreamReader {
  return new ChatStreamReader();
}
