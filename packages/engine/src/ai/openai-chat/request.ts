import type { ToolDefinition } from '../../event/types.ts';
import type { RequestParts } from '../api-decoder.ts';
import { compact, readNumber, readRecord, readRecords, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { presentParameters, readStop } from '../parameters.ts';
import { readToolChoice } from '../tool-choice.ts';
import { readMessage } from './content.ts';

function readTool(tool: JsonRecord): ToolDefinition {
  const type = readString(tool, 'type') ?? 'function';
  const target = readRecord(tool, 'function') ?? readRecord(tool, 'custom') ?? tool;
  return compact<ToolDefinition>({
    name: readString(target, 'name') ?? type,
    type: type === 'function' ? 'function' : 'other',
    description: readString(target, 'description'),
  });
}

/** Members of `functions`, the first API version's tools, have no wrapper. */
function readTools(body: JsonRecord): ToolDefinition[] {
  return [...readRecords(body, 'tools'), ...readRecords(body, 'functions')].map(readTool);
}

/** Whether a body of unknown origin is a Chat Completions request: messages that have a role, and a model. */
export function matchesRequest(body: JsonRecord): boolean {
  const messages = readRecords(body, 'messages');
  return (
    readString(body, 'model') !== undefined &&
    messages.length > 0 &&
    messages.every((one) => readString(one, 'role') !== undefined)
  );
}

export function readRequest(body: JsonRecord): RequestParts {
  const messages = readRecords(body, 'messages').map(readMessage);
  return compact<RequestParts>({
    model: readString(body, 'model'),
    streaming: body['stream'] === true,
    messages,
    hasSystemPrompt: messages.some((message) => message.role === 'system'),
    tools: readTools(body),
    toolChoice: readToolChoice(body['tool_choice'] ?? body['function_call']),
    parameters: presentParameters({
      temperature: readNumber(body, 'temperature'),
      top_p: readNumber(body, 'top_p'),
      max_tokens: readNumber(body, 'max_completion_tokens') ?? readNumber(body, 'max_tokens'),
      frequency_penalty: readNumber(body, 'frequency_penalty'),
      presence_penalty: readNumber(body, 'presence_penalty'),
      stop: readStop(body['stop']),
      reasoning_effort: readString(body, 'reasoning_effort'),
    }),
    links: undefined,
  });
}
