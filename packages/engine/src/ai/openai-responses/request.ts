import type { Message, ToolDefinition } from '../../event/types.ts';
import type { RequestParts } from '../api-decoder.ts';
import { compact, isRecord, readNumber, readRecord, readRecords, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { presentParameters } from '../parameters.ts';
import { readToolChoice } from '../tool-choice.ts';
import { readContent, readInputItem } from './content.ts';

const toolTypes: readonly [prefix: string, type: ToolDefinition['type']][] = [
  ['function', 'function'],
  ['code_interpreter', 'code_interpreter'],
  ['file_search', 'file_search'],
  ['computer', 'computer_use'],
];

/** Built-in tools have no name of their own: their type is it; an MCP server's is its label. */
function readTool(tool: JsonRecord): ToolDefinition {
  const type = readString(tool, 'type') ?? 'function';
  return compact<ToolDefinition>({
    name: readString(tool, 'name') ?? readString(tool, 'server_label') ?? type,
    type: toolTypes.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'other',
    description: readString(tool, 'description'),
  });
}

function readInput(body: JsonRecord): Message[] {
  const { input } = body;
  if (typeof input === 'string') return [{ role: 'user', content: readContent(input) }];
  return readRecords(body, 'input').map(readInputItem);
}

/** Members an embeddings request, which has `model` and `input` as well, does not have. */
const ownMembers = [
  'instructions',
  'previous_response_id',
  'max_output_tokens',
  'reasoning',
  'tools',
  'stream',
  'store',
];

/** Whether a body of unknown origin is a Responses request. */
export function matchesRequest(body: JsonRecord): boolean {
  if (readString(body, 'model') === undefined) return false;
  const { input } = body;
  const items: unknown[] = Array.isArray(input) ? input : [];
  if (items.length > 0) return items.every((item) => isRecord(item) && ('role' in item || 'type' in item));
  return typeof input === 'string' && ownMembers.some((member) => member in body);
}

function readConversation(body: JsonRecord): string | undefined {
  return readString(body, 'conversation') ?? readString(readRecord(body, 'conversation') ?? {}, 'id');
}

export function readRequest(body: JsonRecord): RequestParts {
  const instructions = readString(body, 'instructions');
  const system: Message[] =
    instructions === undefined || instructions === ''
      ? []
      : [{ role: 'system', content: readContent(instructions) }];
  const messages = [...system, ...readInput(body)];
  const previousResponseId = readString(body, 'previous_response_id');
  const conversationId = readConversation(body);
  return compact<RequestParts>({
    model: readString(body, 'model'),
    streaming: body['stream'] === true,
    messages,
    hasSystemPrompt: messages.some((message) => message.role === 'system'),
    tools: readRecords(body, 'tools').map(readTool),
    toolChoice: readToolChoice(body['tool_choice']),
    parameters: presentParameters({
      temperature: readNumber(body, 'temperature'),
      top_p: readNumber(body, 'top_p'),
      max_tokens: readNumber(body, 'max_output_tokens'),
      frequency_penalty: undefined,
      presence_penalty: undefined,
      stop: undefined,
      reasoning_effort: readString(readRecord(body, 'reasoning') ?? {}, 'effort'),
    }),
    links: compact<NonNullable<RequestParts['links']>>({ previousResponseId, conversationId }),
  });
}
