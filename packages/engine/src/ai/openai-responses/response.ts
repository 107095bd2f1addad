import type { FinishReason, Usage } from '../../event/types.ts';
import type { ResponseParts } from '../api-decoder.ts';
import { readError } from '../error-body.ts';
import { compact, readNumber, readRecord, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { readOutputCalls, readOutputItems, readOutputMessage } from './content.ts';

function readUsage(response: JsonRecord): Usage | undefined {
  const usage = readRecord(response, 'usage');
  if (usage === undefined) return undefined;
  return compact<Usage>({
    prompt_tokens: readNumber(usage, 'input_tokens'),
    completion_tokens: readNumber(usage, 'output_tokens'),
    total_tokens: readNumber(usage, 'total_tokens'),
    cached_tokens: readNumber(readRecord(usage, 'input_tokens_details') ?? {}, 'cached_tokens'),
    reasoning_tokens: readNumber(readRecord(usage, 'output_tokens_details') ?? {}, 'reasoning_tokens'),
  });
}

/** Statuses in which a response object stays as it is. */
const finalStatuses: ReadonlySet<string> = new Set(['completed', 'incomplete', 'failed', 'cancelled']);

/** Why the model stopped: the status says it, and for a completed response whether it asks for a tool. */
function readFinish(response: JsonRecord, callsTool: boolean): FinishReason | undefined {
  switch (readString(response, 'status') ?? '') {
    case 'completed':
      return callsTool ? 'tool_calls' : 'stop';
    case 'failed':
      return 'error';
    case 'cancelled':
      return 'other';
    case 'incomplete': {
      const reason = readString(readRecord(response, 'incomplete_details') ?? {}, 'reason');
      if (reason === 'max_output_tokens') return 'length';
      return reason === 'content_filter' ? 'content_filter' : 'other';
    }
    default:
      return undefined;
  }
}

export function matchesResponse(body: JsonRecord): boolean {
  return readString(body, 'object') === 'response' && Array.isArray(body['output']);
}

/** Parts of a response from its object and its items, which a stream may have joined itself. */
export function assembleParts(
  response: JsonRecord,
  items: readonly JsonRecord[],
  whole: boolean,
): ResponseParts {
  const toolCalls = readOutputCalls(items);
  const finishReason = readFinish(response, toolCalls.length > 0);
  const choice = compact<ResponseParts['choices'][number]>({
    index: 0,
    message: readOutputMessage(items),
    finish_reason: finishReason,
  });
  return compact<ResponseParts>({
    model: readString(response, 'model'),
    responseId: readString(response, 'id'),
    choices: items.length === 0 ? [] : [choice],
    toolCalls,
    usage: readUsage(response),
    finishReason,
    error: readError(response, false),
    whole,
  });
}

export function readResponse(body: JsonRecord): ResponseParts {
  // a background response is fetched again until it is final; this one is whole for what it is
  const known =
    readString(body, 'object') === 'response' || finalStatuses.has(readString(body, 'status') ?? '');
  return assembleParts(body, readOutputItems(body), known);
}
