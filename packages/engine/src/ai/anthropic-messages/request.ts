import type { Message, ToolDefinition } from '../../event/types.ts';
import type { RequestParts } from '../api-decoder.ts';
import { compact, readNumber, readRecord, readRecords, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { presentParameters, readStop } from '../parameters.ts';
import { readToolChoice } from '../tool-choice.ts';
import { readContent, readMessage } from './content.ts';

const toolTypes: readonly [prefix: string, type: ToolDefinition['type']][] = [
  ['custom', 'function'],
  ['code_execution', 'code_interpreter'],
  ['computer', 'computer_use'],
];

/** Tools of the user have no type or `custom`; Anthropic's own carry a dated one: `web_search_20250305`. */
function readTool(tool: JsonRecord): ToolDefinition {
  const type = readString(tool, 'type') ?? 'custom';
  return compact<ToolDefinition>({
    name: readString(tool, 'name') ?? type,
    type: toolTypes.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'other',
    description: readString(tool, 'description'),
  });
}

/**
 * Whether a body of unknown origin is a Messages request. Its `model`, `messages` and `max_tokens` are also what a chat
 * request may have: a `system` member, tools with `input_schema` or blocks of its own types tell them apart.
 */
export function matchesRequest(body: JsonRecord): boolean {
  const messages = readRecords(body, 'messages');
  if (readString(body, 'model') === undefined || messages.length === 0) return false;
  if (readNumber(body, 'max_tokens') === undefined) return false;
  if ('system' in body || 'thinking' in body || 'stop_sequences' in body) return true;
  if (readRecords(body, 'tools').some((tool) => 'input_schema' in tool)) return true;
  return messages.some((message) =>
    readRecords(message, 'content').some((block) =>
      ['tool_use', 'tool_result', 'thinking', 'redacted_thinking', 'image', 'document'].includes(
        readString(block, 'type') ?? '',
      ),
    ),
  );
}

export function readRequest(body: JsonRecord): RequestParts {
  const system = readContent(body['system']);
  const systemMessages: Message[] = system.length === 0 ? [] : [{ role: 'system', content: system }];
  const toolChoice = readRecord(body, 'tool_choice');
  return compact<RequestParts>({
    model: readString(body, 'model'),
    streaming: body['stream'] === true,
    messages: [...systemMessages, ...readRecords(body, 'messages').map(readMessage)],
    hasSystemPrompt: system.length > 0,
    tools: readRecords(body, 'tools').map(readTool),
    toolChoice: toolChoice === undefined ? undefined : readToolChoice(toolChoice),
    parameters: presentParameters({
      temperature: readNumber(body, 'temperature'),
      top_p: readNumber(body, 'top_p'),
      max_tokens: readNumber(body, 'max_tokens'),
      frequency_penalty: undefined,
      presence_penalty: undefined,
      stop: readStop(body['stop_sequences']),
      reasoning_effort: readString(readRecord(body, 'output_config') ?? {}, 'effort'),
    }),
    links: undefined,
  });
}
