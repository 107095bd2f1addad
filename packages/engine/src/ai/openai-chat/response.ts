import type { FinishReason, Usage } from '../../event/types.ts';
import type { ResponseParts } from '../api-decoder.ts';
import { readError } from '../error-body.ts';
import { compact, readNumber, readRecord, readRecords, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { readMessage, readToolCalls } from './content.ts';

const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['content_filter', 'content_filter'],
]);

export function readFinishReason(choice: JsonRecord): FinishReason | undefined {
  const reason = readString(choice, 'finish_reason');
  return reason === undefined ? undefined : (finishReasons.get(reason) ?? 'other');
}

/** Token counts; the cached and reasoning ones are nested, and the first of them are part of the prompt's count. */
export function readUsage(body: JsonRecord): Usage | undefined {
  const usage = readRecord(body, 'usage');
  if (usage === undefined) return undefined;
  const prompt = readRecord(usage, 'prompt_tokens_details') ?? {};
  const completion = readRecord(usage, 'completion_tokens_details') ?? {};
  return compact<Usage>({
    prompt_tokens: readNumber(usage, 'prompt_tokens'),
    completion_tokens: readNumber(usage, 'completion_tokens'),
    total_tokens: readNumber(usage, 'total_tokens'),
    // prompt_cache_hit_tokens: DeepSeek
    cached_tokens: readNumber(prompt, 'cached_tokens') ?? readNumber(usage, 'prompt_cache_hit_tokens'),
    reasoning_tokens: readNumber(completion, 'reasoning_tokens'),
  });
}

export function matchesResponse(body: JsonRecord): boolean {
  return readString(body, 'object') === 'chat.completion' && Array.isArray(body['choices']);
}

export function readResponse(body: JsonRecord): ResponseParts {
  const choices = readRecords(body, 'choices').map((choice, position) =>
    compact<ResponseParts['choices'][number]>({
      index: readNumber(choice, 'index') ?? position,
      message: readMessage({ role: 'assistant', ...readRecord(choice, 'message') }),
      finish_reason: readFinishReason(choice),
    }),
  );
  return compact<ResponseParts>({
    model: readString(body, 'model'),
    responseId: readString(body, 'id'),
    choices,
    toolCalls: readRecords(body, 'choices').flatMap((choice) =>
      readToolCalls(readRecord(choice, 'message') ?? {}),
    ),
    usage: readUsage(body),
    finishReason: choices[0]?.finish_reason,
    error: readError(body, false),
    whole: choices.length > 0,
  });
}
