import type { ContentPart, Message, ToolCall } from '../../event/types.ts';
import { asText, compact, isRecord, readRecord, readRecords, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { base64Bytes, describeUrl } from '../media.ts';

const roles: ReadonlyMap<string, Message['role']> = new Map([
  ['system', 'system'],
  // newer models call their system messages developer messages
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool'],
  ['function', 'function'],
]);

/** Role of a message; an unknown one is shown as the user's, the least trusted. */
export function readRole(record: JsonRecord): Message['role'] {
  return roles.get(readString(record, 'role') ?? '') ?? 'user';
}

function imagePart(part: JsonRecord): ContentPart {
  const url = readString(readRecord(part, 'image_url') ?? part, 'url') ?? readString(part, 'image_url');
  return { type: 'image', ...(url === undefined ? {} : describeUrl(url)) };
}

function audioPart(part: JsonRecord): ContentPart {
  const audio = readRecord(part, 'input_audio') ?? part;
  const format = readString(audio, 'format');
  const data = readString(audio, 'data');
  return compact<ContentPart & { type: 'audio' }>({
    type: 'audio',
    media_type: format === undefined ? undefined : `audio/${format}`,
    size_bytes: data === undefined ? undefined : base64Bytes(data),
  });
}

function filePart(part: JsonRecord): ContentPart {
  const file = readRecord(part, 'file') ?? part;
  const data = readString(file, 'file_data');
  const media =
    data === undefined ? {} : describeUrl(data.startsWith('data:') ? data : `data:;base64,${data}`);
  return compact<ContentPart & { type: 'file' }>({
    type: 'file',
    name: readString(file, 'filename') ?? readString(file, 'file_id'),
    media_type: media.media_type,
    size_bytes: media.size_bytes,
  });
}

function readPart(part: JsonRecord): ContentPart {
  const type = readString(part, 'type') ?? 'unknown';
  switch (type) {
    case 'text':
      return { type: 'text', text: readString(part, 'text') ?? '' };
    case 'refusal':
      return { type: 'refusal', text: readString(part, 'refusal') ?? '' };
    case 'thinking':
      return { type: 'thinking', text: asText(part['thinking']) };
    case 'image_url':
      return imagePart(part);
    case 'input_audio':
      return audioPart(part);
    case 'file':
      return filePart(part);
    default:
      return { type: 'other', kind: type };
  }
}

/** The `content` member of a message, a string or an array of parts. */
function readContent(content: unknown): ContentPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  const parts: unknown[] = content;
  return parts.filter(isRecord).map(readPart);
}

function readToolCall(call: JsonRecord): ToolCall {
  const custom = readRecord(call, 'custom');
  const target = custom ?? readRecord(call, 'function') ?? {};
  return compact<ToolCall>({
    id: readString(call, 'id'),
    name: readString(target, 'name') ?? '',
    type: custom === undefined ? 'function' : 'other',
    arguments: asText(custom === undefined ? target['arguments'] : target['input']),
  });
}

/** Tool calls of an assistant message, `function_call` of the first API version included. */
export function readToolCalls(message: JsonRecord): ToolCall[] {
  const calls = readRecords(message, 'tool_calls').map(readToolCall);
  const legacy = readRecord(message, 'function_call');
  if (legacy !== undefined) {
    calls.push({
      name: readString(legacy, 'name') ?? '',
      type: 'function',
      arguments: asText(legacy['arguments']),
    });
  }
  return calls;
}

export function toolCallPart({ id, name, arguments: text }: ToolCall): ContentPart {
  return compact<ContentPart & { type: 'tool_call' }>({ type: 'tool_call', id, name, arguments: text });
}

function toolResult(message: JsonRecord, id: string | undefined): ContentPart[] {
  const parts = readContent(message['content']);
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const result = compact<ContentPart & { type: 'tool_result' }>({ type: 'tool_result', id, text });
  return [result, ...parts.filter((part) => part.type !== 'text')];
}

/** One message of a request or a choice. */
export function readMessage(message: JsonRecord): Message {
  const role = readRole(message);
  const id = readString(message, 'tool_call_id');
  const name = readString(message, 'name');
  if (role === 'tool' || role === 'function') {
    return compact<Message>({ role, content: toolResult(message, id), name, tool_call_id: id });
  }
  // reasoning_content: DeepSeek and others; reasoning: OpenRouter, vLLM
  const thinking = readString(message, 'reasoning_content') ?? readString(message, 'reasoning') ?? '';
  const refusal = readString(message, 'refusal') ?? '';
  const content: ContentPart[] = [
    ...(thinking === '' ? [] : [{ type: 'thinking', text: thinking } as const]),
    ...readContent(message['content']),
    ...(refusal === '' ? [] : [{ type: 'refusal', text: refusal } as const]),
    ...readToolCalls(message).map(toolCallPart),
  ];
  return compact<Message>({ role, content, name });
}
