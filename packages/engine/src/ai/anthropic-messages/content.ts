import { Buffer } from 'node:buffer';
import type { ContentPart, Message, ToolCall } from '../../event/types.ts';
import { asText, compact, isRecord, readRecord, readString } from '../json-read.ts';
import type { JsonRecord } from '../json-read.ts';
import { base64Bytes, describeUrl } from '../media.ts';

/** Type and size of an image or document source; its bytes are not kept. */
function readSource(block: JsonRecord): { media_type?: string; size_bytes?: number; url?: string } {
  const source = readRecord(block, 'source') ?? {};
  const url = readString(source, 'url');
  if (url !== undefined) return describeUrl(url);
  const data = readString(source, 'data');
  const coded = readString(source, 'type') === 'base64';
  return compact<{ media_type?: string; size_bytes?: number }>({
    media_type: readString(source, 'media_type'),
    size_bytes: data === undefined ? undefined : coded ? base64Bytes(data) : Buffer.byteLength(data),
  });
}

/** `tool_use` and its server-side kin `server_tool_use`, `mcp_tool_use`: all are calls the model made. */
export function isToolUse(block: JsonRecord): boolean {
  return readString(block, 'type')?.endsWith('tool_use') === true;
}

export function readToolUse(block: JsonRecord): ToolCall {
  return compact<ToolCall>({
    id: readString(block, 'id'),
    name: readString(block, 'name') ?? '',
    type: readString(block, 'type') === 'tool_use' ? 'function' : 'other',
    arguments: asText(block['input']),
  });
}

function toolUsePart(block: JsonRecord): ContentPart {
  const { id, name, arguments: text } = readToolUse(block);
  return compact<ContentPart & { type: 'tool_call' }>({ type: 'tool_call', id, name, arguments: text });
}

/** The text of a result, then its images and documents as parts of their own. */
function toolResult(block: JsonRecord): ContentPart[] {
  const { content } = block;
  const parts = readContent(content);
  const texts = parts.filter((part) => part.type === 'text').map((part) => part.text);
  // results of server tools are lists of hits or objects, not text
  const structured = texts.length === 0 && parts.every((part) => part.type === 'other');
  const result = compact<ContentPart & { type: 'tool_result' }>({
    type: 'tool_result',
    id: readString(block, 'tool_use_id'),
    text: structured ? asText(content) : texts.join('\n'),
    is_error: block['is_error'] === true ? true : undefined,
  });
  return structured ? [result] : [result, ...parts.filter((part) => part.type !== 'text')];
}

function filePart(block: JsonRecord): ContentPart {
  const { media_type, size_bytes, url } = readSource(block);
  const name = readString(block, 'title') ?? url;
  return compact<ContentPart & { type: 'file' }>({ type: 'file', name, media_type, size_bytes });
}

/** One content block; tool results may become several parts. */
export function readBlock(block: JsonRecord): ContentPart[] {
  const type = readString(block, 'type') ?? 'unknown';
  switch (type) {
    case 'text':
      return [{ type: 'text', text: readString(block, 'text') ?? '' }];
    case 'thinking':
      return [{ type: 'thinking', text: readString(block, 'thinking') ?? '' }];
    case 'image':
      return [{ type: 'image', ...readSource(block) }];
    case 'document':
      return [filePart(block)];
    default:
      if (isToolUse(block)) return [toolUsePart(block)];
      if (type.endsWith('tool_result')) return toolResult(block);
      return [{ type: 'other', kind: type }];
  }
}

/** A `content` or `system` member, a string or an array of blocks. */
export function readContent(content: unknown): ContentPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (isRecord(content)) return readBlock(content);
  if (!Array.isArray(content)) return [];
  const blocks: unknown[] = content;
  return blocks.filter(isRecord).flatMap(readBlock);
}

export function readMessage(message: JsonRecord): Message {
  const role = readString(message, 'role');
  const known = role === 'assistant' || role === 'system' ? role : 'user';
  return { role: known, content: readContent(message['content']) };
}
