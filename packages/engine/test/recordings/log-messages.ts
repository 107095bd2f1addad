import type { ContentPart, Message } from '../../src/event/types.ts';
import type { Emitted, Tracked } from '../wire-driver.ts';

function logPart(part: ContentPart): string {
  switch (part.type) {
    case 'text':
    case 'thinking':
    case 'refusal':
      return `${part.type} ${JSON.stringify(part.text)}`;
    case 'tool_call':
      return `tool_call ${part.name}(${part.arguments})${part.id === undefined ? '' : ` #${part.id}`}`;
    case 'tool_result':
      return `tool_result ${JSON.stringify(part.text)}${part.id === undefined ? '' : ` #${part.id}`}${part.is_error === true ? ' error' : ''}`;
    case 'other':
      return `other ${part.kind}`;
    case 'image':
    case 'file':
    case 'audio': {
      const { type, ...rest } = part;
      return `${type} ${JSON.stringify(rest)}`;
    }
  }
}

function logMessage({ role, content }: Message): string[] {
  return content.length === 0 ? [`  ${role}:`] : content.map((part) => `  ${role}: ${logPart(part)}`);
}

function logConfidence({ confidence }: Exclude<Emitted, { kind: 'unanswered' }>): string {
  const reasons = confidence.reasons.slice(1);
  const missing = confidence.missing ?? [];
  const words = [confidence.completeness, confidence.level, confidence.ai_detection_method ?? '', ...reasons];
  return `  is: ${words.join(' ')}${missing.length > 0 ? ` missing ${missing.join(' ')}` : ''}`;
}

function optional(name: string, value: unknown): string[] {
  return value === undefined ? [] : [`  ${name}: ${JSON.stringify(value)}`];
}

function logEmitted(message: Emitted): string[] {
  if (message.kind === 'unanswered') return [`unanswered ${message.exchangeId} ${message.reason}`];
  const { data } = message;
  const about = `${message.exchangeId} ${data.api} ${data.provider.name} ${data.model?.id ?? '-'}`;
  const { role, capturePoint } = message.connection;
  if (message.kind === 'request') {
    return [
      `request ${about} ${role} ${capturePoint}${message.data.streaming ? ' streaming' : ''}`,
      logConfidence(message),
      ...message.data.messages.flatMap(logMessage),
      ...optional('tools', message.data.tools),
      ...optional('tool_choice', message.data.tool_choice),
      ...optional('parameters', message.data.parameters),
      ...optional('auth', message.data.auth?.type === 'none' ? undefined : message.data.auth),
      ...optional('links', Object.keys(message.links).length === 0 ? undefined : message.links),
    ];
  }
  const { status_code, success, streaming, finish_reason, latency_ms, time_to_first_token_ms } = message.data;
  return [
    `response ${about} ${role} ${capturePoint} ${status_code} ${success ? 'success' : 'failure'}${streaming ? ' streaming' : ''} ${finish_reason ?? '-'}`,
    logConfidence(message),
    ...message.data.choices.flatMap((choice) => logMessage(choice.message)),
    ...optional('usage', message.data.usage),
    ...optional('error', message.data.error),
    ...optional('id', message.responseId),
    ...optional('provider_request_id', message.data.provider_request_id),
    `  latency ${latency_ms ?? '-'} first ${time_to_first_token_ms ?? '-'}`,
  ];
}

/** What was emitted, a line a fact, and what was dropped. */
export function logTracked({ emitted, tracker }: Tracked): string {
  const drops = Object.entries(tracker.stats().drops)
    .filter(([, { count, bytes }]) => count > 0 || bytes > 0)
    .map(([reason, { count, bytes }]) => `drop ${reason} ${count} ${bytes}`);
  return [...emitted.flatMap(logEmitted), ...drops].join('\n');
}
