/** What makes two messages the same when a client sends the history again. */
import { createHash } from 'node:crypto';
import type { AiResponseData, ContentPart, Message } from '../event/types.ts';

/** 12 bytes in hex: two histories of one process do not meet by accident. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

function partKey(part: ContentPart): string {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return `t${part.text}`;
    case 'thinking':
      // clients leave the model's thoughts out when they send the history again
      return '';
    case 'image':
      return `i${part.size_bytes ?? 0}${part.url ?? ''}`;
    case 'file':
      return `f${part.name ?? ''}${part.size_bytes ?? 0}`;
    case 'audio':
      return `a${part.size_bytes ?? 0}`;
    case 'tool_call':
      // arguments may be written anew by the client's JSON library; the id is what stays
      return `c${part.id ?? part.name}`;
    case 'tool_result':
      return `r${part.id ?? ''}${part.text}`;
    case 'other':
      return `o${part.kind}`;
  }
}

function messageKey(message: Message): string {
  const parts = message.content.map(partKey).filter((key) => key !== '');
  return `${message.role}\n${message.tool_call_id ?? ''}\n${parts.join('\n')}`;
}

/** The messages that make a conversation: a system prompt may change from turn to turn (a date, a file list). */
export function dialogueOf(messages: readonly Message[]): readonly Message[] {
  return messages.filter((message) => message.role !== 'system');
}

/** One digest per message, each of the message and all before it: equal digests mean equal histories. */
export function prefixDigests(messages: readonly Message[]): readonly string[] {
  const digests: string[] = [];
  let before = '';
  for (const message of messages) {
    before = digest(`${before}\n${messageKey(message)}`);
    digests.push(before);
  }
  return digests;
}

/** What a message says, without its form: an answer as the client will send it back. */
export function speechOf(message: Message): string {
  const texts: string[] = [];
  const calls: string[] = [];
  for (const part of message.content) {
    if (part.type === 'text' || part.type === 'refusal') texts.push(part.text);
    else if (part.type === 'tool_call') calls.push(part.id ?? part.name);
  }
  return digest(`${texts.join('').trim()}\n${calls.join('\n')}`);
}

/** The same of an answer whose tool calls may stand beside its content. */
export function speechOfResponse(data: Pick<AiResponseData, 'choices' | 'tool_calls'>): string {
  const message = data.choices[0]?.message ?? { role: 'assistant', content: [] };
  const inContent = message.content.some((part) => part.type === 'tool_call');
  const calls: readonly ContentPart[] = inContent
    ? []
    : data.tool_calls.map((call) => ({
        type: 'tool_call',
        name: call.name,
        arguments: '',
        ...(call.id ? { id: call.id } : {}),
      }));
  return speechOf({ role: 'assistant', content: [...message.content, ...calls] });
}
