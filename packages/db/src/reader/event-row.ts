import { completenessOfCode, typeOfCode } from './codes.ts';
import type { StoredEvent } from './types.ts';

/** Columns of an event in a list, with the aliases of `StoredEvent`; `e` is events, `p` processes. */
export const eventColumns = [
  'e.id',
  'e.event_id as eventId',
  'e.event_type as eventType',
  'e.time_us as timeUs',
  'p.exec_id as execId',
  'e.pid',
  'e.process_name as processName',
  'e.uid',
  'e.completeness',
  'e.redaction_count as redactionCount',
  'e.summary',
  'e.conversation_id as conversationId',
  'e.turn_number as turnNumber',
  'e.request_id as requestId',
  'e.connection_id as connectionId',
  'e.provider',
  'e.model',
  'e.api',
  'e.status_code as statusCode',
  'e.success',
  'e.latency_ms as latencyMs',
  'e.ttft_ms as ttftMs',
  'e.prompt_tokens as promptTokens',
  'e.completion_tokens as completionTokens',
  'e.cached_tokens as cachedTokens',
  'e.reasoning_tokens as reasoningTokens',
] as const;

/** An event as `eventColumns` selects it. */
export type EventRow = Omit<StoredEvent, 'eventType' | 'completeness' | 'success'> & {
  readonly eventType: number;
  readonly completeness: number;
  readonly success: number | null;
};

/** Names for codes, booleans for flags. */
export function toStoredEvent(row: EventRow): StoredEvent {
  return {
    ...row,
    eventType: typeOfCode(row.eventType),
    completeness: completenessOfCode(row.completeness),
    success: row.success === null ? null : row.success === 1,
  };
}
