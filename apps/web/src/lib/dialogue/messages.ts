import { readNumber, readObjects, readText, type JsonObject } from './json.ts';

type Role = 'system' | 'user' | 'assistant' | 'tool';

/** One thing that was said or done, in the order it was. */
export type Said =
  | { readonly kind: 'text'; readonly role: Role; readonly text: string }
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | {
      readonly kind: 'tool_call';
      readonly callId?: string;
      readonly name: string;
      readonly arguments: string;
    }
  | {
      readonly kind: 'tool_result';
      readonly callId?: string;
      readonly text: string;
      readonly isError: boolean;
    }
  | { readonly kind: 'attachment'; readonly role: Role; readonly what: string; readonly sizeBytes?: number };

/** The parts of a list of messages of the event model, flattened. */
export function readMessages(messages: readonly JsonObject[]): readonly Said[] {
  return messages.flatMap(readMessage);
}

function readMessage(message: JsonObject): readonly Said[] {
  const role = readRole(readText(message, 'role'));
  const callId = readText(message, 'tool_call_id');
  const content = message['content'];
  const parts =
    typeof content === 'string' ? [{ type: 'text', text: content }] : readObjects(message, 'content');
  return parts.map((part) => readPart(part, role, callId));
}

function readPart(part: JsonObject, role: Role, callId: string | undefined): Said {
  const type = readText(part, 'type') ?? 'other';
  const text = readText(part, 'text') ?? '';
  const id = readText(part, 'id') ?? callId;
  const named = id === undefined ? {} : { callId: id };
  if (type === 'thinking') return { kind: 'thinking', text };
  if (type === 'refusal') return { kind: 'refusal', text };
  if (type === 'tool_call') {
    const name = readText(part, 'name') ?? 'unnamed tool';
    return { kind: 'tool_call', ...named, name, arguments: readText(part, 'arguments') ?? '' };
  }
  if (type === 'tool_result')
    return { kind: 'tool_result', ...named, text, isError: part['is_error'] === true };
  if (type !== 'text') return attachment(part, type, role);
  return role === 'tool'
    ? { kind: 'tool_result', ...named, text, isError: false }
    : { kind: 'text', role, text };
}

function attachment(part: JsonObject, type: string, role: Role): Said {
  const kind = type === 'other' ? (readText(part, 'kind') ?? 'other content') : type;
  const what = [kind, readText(part, 'name'), readText(part, 'media_type'), readText(part, 'url')]
    .filter((each) => each !== undefined)
    .join(' · ');
  const sizeBytes = readNumber(part, 'size_bytes');
  return { kind: 'attachment', role, what, ...(sizeBytes !== undefined && { sizeBytes }) };
}

function readRole(role: string | undefined): Role {
  if (role === 'system' || role === 'assistant' || role === 'tool') return role;
  if (role === 'function') return 'tool';
  return role === 'developer' ? 'system' : 'user';
}

/**
 * What makes two messages the same when a client sends its history again. Clients drop thinking, trim text and write
 * arguments anew, so those differences don't count; ids do not either.
 */
export function sameness(said: Said): string | null {
  if (said.kind === 'thinking') return null;
  if (said.kind === 'tool_call') return `call ${said.name} ${normalJson(said.arguments)}`;
  if (said.kind === 'tool_result') return `result ${said.text.trim()}`;
  if (said.kind === 'attachment') return `${said.role} ${said.what} ${said.sizeBytes ?? ''}`;
  if (said.text.trim() === '') return null;
  return `${said.kind === 'refusal' ? 'assistant' : said.role} ${said.text.trim()}`;
}

function normalJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text.trim();
  }
}
