import type { FinishReason, Usage } from '../../event/types.ts';
import type { ResponseParts } from '../api-decoder.ts';
import { readError } from '../error-body.ts';
import { compact, readNumber, readRecord, readRecords, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { isToolUse, readBlock, readToolUse } from './content.ts';

const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
]);

function readFinishReason(record: JsonRecord): FinishReason | undefined {
  const reason = readString(record, 'stop_reason');
  return reason === undefined ? undefined : (finishReasons.get(reason) ?? 'other');
}

/**
 * Token counts. The API counts cached input apart from `input_tokens`; the prompt's count here is all input, as it is
 * for the other APIs and in OpenTelemetry's conventions, and the cached part of it is what was read from the cache.
 */
function toUsage(usage: JsonRecord): Usage {
  const input = readNumber(usage, 'input_tokens');
  const read = readNumber(usage, 'cache_read_input_tokens');
  const created = readNumber(usage, 'cache_creation_input_tokens');
  const output = readNumber(usage, 'output_tokens');
  const prompt = input === undefined ? undefined : input + (read ?? 0) + (created ?? 0);
  return compact<Usage>({
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt === undefined || output === undefined ? undefined : prompt + output,
    cached_tokens: read,
    reasoning_tokens: undefined,
  });
}

export function matchesResponse(body: JsonRecord): boolean {
  return (
    readString(body, 'type') === 'message' &&
    readString(body, 'role') === 'assistant' &&
    Array.isArray(body['content'])
  );
}

/** Parts of a response from the message and its content blocks, which a stream may have joined itself. */
export function assembleParts(
  message: JsonRecord,
  blocks: readonly JsonRecord[],
  whole: boolean,
): ResponseParts {
  const finishReason = readFinishReason(message);
  const usage = readRecord(message, 'usage');
  const choice = compact<ResponseParts['choices'][number]>({
    index: 0,
    message: { role: 'assistant', content: blocks.flatMap(readBlock) },
    finish_reason: finishReason,
  });
  return compact<ResponseParts>({
    model: readString(message, 'model'),
    responseId: readString(message, 'id'),
    choices: blocks.length === 0 && finishReason === undefined ? [] : [choice],
    toolCalls: blocks.filter(isToolUse).map(readToolUse),
    usage: usage === undefined ? undefined : toUsage(usage),
    finishReason,
    error: readError(message, false),
    whole,
  });
}

export function readResponse(body: JsonRecord): ResponseParts {
  return assembleParts(body, readRecords(body, 'content'), Array.isArray(body['content']));
}
