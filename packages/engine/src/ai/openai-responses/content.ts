import type { ContentPart, Message, ToolCall } from '../../event/types.ts';
import { asText, compact, isRecord, readRecords, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { describeUrl } from '../media.ts';
import { readRole } from '../openai-chat/content.ts';

function readPart(part: JsonRecord): ContentPart {
  const type = readString(part, 'type') ?? 'unknown';
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: readString(part, 'text') ?? '' };
    case 'summary_text':
    case 'reasoning_text':
      return { type: 'thinking', text: readString(part, 'text') ?? '' };
    case 'refusal':
      return { type: 'refusal', text: readString(part, 'refusal') ?? '' };
    case 'input_image': {
      const url = readString(part, 'image_url');
      return { type: 'image', ...(url === undefined ? {} : describeUrl(url)) };
    }
    case 'input_file': {
      const data = readString(part, 'file_data');
      const media =
        data === undefined ? {} : describeUrl(data.startsWith('data:') ? data : `data:;base64,${data}`);
      const name =
        readString(part, 'filename') ?? readString(part, 'file_id') ?? readString(part, 'file_url');
      return compact<ContentPart & { type: 'file' }>({
        type: 'file',
        name: name === undefined ? undefined : (describeUrl(name).url ?? name),
        media_type: media.media_type,
        size_bytes: media.size_bytes,
      });
    }
    case 'input_audio':
      return { type: 'audio' };
    default:
      return { type: 'other', kind: type };
  }
}

/** The `content` of an item, a string or an array of parts. */
export function readContent(content: unknown): ContentPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  const parts: unknown[] = content;
  return parts.filter(isRecord).map(readPart);
}

/** Items that are calls, by type: which member holds what the model wrote. */
export const callArguments: ReadonlyMap<string, string> = new Map([
  ['function_call', 'arguments'],
  ['custom_tool_call', 'input'],
  ['mcp_call', 'arguments'],
  ['local_shell_call', 'action'],
  ['shell_call', 'action'],
  ['apply_patch_call', 'operation'],
  ['computer_call', 'action'],
  ['web_search_call', 'action'],
  ['file_search_call', 'queries'],
  ['code_interpreter_call', 'code'],
  ['image_generation_call', 'prompt'],
]);

/** The tool call an item is, or undefined when it is none. Built-in tools are named after their item: `web_search`. */
function readToolCall(item: JsonRecord): ToolCall | undefined {
  const type = readString(item, 'type') ?? '';
  const member = callArguments.get(type);
  if (member === undefined) return undefined;
  return compact<ToolCall>({
    id: readString(item, 'call_id') ?? readString(item, 'id'),
    name: readString(item, 'name') ?? type.slice(0, -'_call'.length),
    type: type === 'function_call' ? 'function' : 'other',
    arguments: asText(item[member]),
  });
}

function reasoning(item: JsonRecord): ContentPart[] {
  const parts = [...readContent(item['summary']), ...readContent(item['content'])];
  // its text is encrypted or was not asked for: that there was reasoning is still worth showing
  return parts.length > 0 ? parts : [{ type: 'other', kind: 'reasoning' }];
}

function toolResult(item: JsonRecord): Message {
  const id = readString(item, 'call_id');
  const output = item['output'];
  const parts = readContent(output);
  const text = Array.isArray(output)
    ? parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    : asText(output);
  const result = compact<ContentPart & { type: 'tool_result' }>({ type: 'tool_result', id, text });
  const others = parts.filter((part) => part.type !== 'text');
  return compact<Message>({ role: 'tool', content: [result, ...others], name: undefined, tool_call_id: id });
}

/** What an item of the output or of an assistant's turn says. */
function readOutput(item: JsonRecord): ContentPart[] {
  const type = readString(item, 'type') ?? 'message';
  if (type === 'message') return readContent(item['content']);
  if (type === 'reasoning') return reasoning(item);
  const call = readToolCall(item);
  if (call === undefined) return [{ type: 'other', kind: type }];
  return [
    compact<ContentPart & { type: 'tool_call' }>({
      type: 'tool_call',
      id: call.id,
      name: call.name,
      arguments: call.arguments,
    }),
  ];
}

/** One item of `input` as a message. */
export function readInputItem(item: JsonRecord): Message {
  const type = readString(item, 'type') ?? 'message';
  if (type.endsWith('_output')) return toolResult(item);
  const role = type === 'message' ? readRole(item) : 'assistant';
  return { role, content: readOutput(item) };
}

/** All items of an output as one assistant message. */
export function readOutputMessage(items: readonly JsonRecord[]): Message {
  return { role: 'assistant', content: items.flatMap(readOutput) };
}

export function readOutputCalls(items: readonly JsonRecord[]): ToolCall[] {
  return items.map(readToolCall).filter((call) => call !== undefined);
}

/** The output of a response object. */
export function readOutputItems(response: JsonRecord): readonly JsonRecord[] {
  return readRecords(response, 'output');
}
