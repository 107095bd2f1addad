import type Database from 'better-sqlite3';
import {
  completenessCodes,
  eventTypeCodes,
  FIRST_NON_AI_CODE,
  type AiInput,
  type EventInput,
} from '../event-input.ts';
import { encodePayload } from '../payload-body.ts';
import {
  deleteEvent,
  deletePayload,
  insertAiEvent,
  insertPayload,
  insertProcessEvent,
  insertSearch,
  prepare,
  type SqlValue,
} from './statements.ts';

/** Longest text given to the search index for one event, in UTF-16 units; more is not searchable. */
const MAX_SEARCH_UNITS = 262_144;

/** Writes one event: its row, its payload, its words. */
export interface EventRows {
  /** False when an event with this event id is stored already. Throws what SQLite throws. */
  insert(id: number, event: EventInput, processId: number | null): boolean;
  /** Takes back what an `insert` that threw may have left. */
  undo(id: number): void;
}

const flag = (value: boolean | null | undefined): number | null =>
  typeof value === 'boolean' ? Number(value) : null;

function aiValues(ai: AiInput): SqlValue[] {
  return [
    ai.conversationId ?? null,
    ai.turnNumber ?? null,
    ai.requestId ?? null,
    ai.connectionId ?? null,
    ai.provider ?? null,
    ai.model ?? null,
    ai.api ?? null,
    ai.statusCode ?? null,
    flag(ai.success),
    ai.latencyMs ?? null,
    ai.ttftMs ?? null,
    ai.promptTokens ?? null,
    ai.completionTokens ?? null,
    ai.cachedTokens ?? null,
    ai.reasoningTokens ?? null,
  ];
}

/** Builds the event writer for one connection. */
export function createEventRows(connection: Database.Database): EventRows {
  const insertNarrow = prepare(connection, insertProcessEvent);
  const insertWide = prepare(connection, insertAiEvent);
  const payload = prepare(connection, insertPayload);
  const search = prepare(connection, insertSearch);
  const removeEvent = prepare(connection, deleteEvent);
  const removePayload = prepare(connection, deletePayload);

  return {
    insert(id, event, processId) {
      const process = event.process ?? null;
      const code = eventTypeCodes[event.eventType];
      const ai = event.ai ?? null;
      const common: SqlValue[] = [
        id,
        event.eventId,
        code,
        event.timeUs,
        processId,
        process?.pid ?? null,
        process?.name ?? null,
        process?.uid ?? null,
        completenessCodes[event.completeness],
        event.redactionCount,
        event.summary,
      ];
      const result = ai === null ? insertNarrow.run(...common) : insertWide.run(...common, ...aiValues(ai));
      if (result.changes === 0) return false;
      payload.run(id, encodePayload(event.payload));
      // Command lines are indexed later, when the writer is idle (index-commands.ts).
      const text = code < FIRST_NON_AI_CODE ? (event.searchText ?? '') : '';
      if (text !== '') search.run(id, text.slice(0, MAX_SEARCH_UNITS));
      return true;
    },
    undo(id) {
      removeEvent.run(id);
      removePayload.run(id);
    },
  };
}
