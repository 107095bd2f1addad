/** From AI messages to events: identities, conversations, tool calls and results. */
import type { AiRequestMessage, AiResponseMessage, AiUnanswered, ExchangeId } from '../ai/types.ts';
import { LruMap } from '../cache/lru-map.ts';
import { createToolCallTracker } from '../conversation/tool-calls.ts';
import { createConversationTracker, type ConversationStats, type Turn } from '../conversation/tracker.ts';
import type { ProcessEntry, ProcessTable } from '../enrich/process-table.ts';
import { buildRequest, buildResponse, buildToolCall, buildToolResult } from '../event/ai-events.ts';
import type { EventContext } from '../event/envelope.ts';
import type { Event } from '../event/types.ts';

interface Exchange {
  readonly requestId: string;
  readonly requestEventId: string;
  readonly conversation: Turn;
}

export interface AiStageDeps {
  readonly context: EventContext;
  readonly table: ProcessTable;
  readonly roles: 'client' | 'both';
  readonly emit: (event: Event, entry: ProcessEntry, ktimeUs: number) => void;
}

export interface AiStage {
  request(message: AiRequestMessage): void;
  response(message: AiResponseMessage): void;
  unanswered(end: AiUnanswered): void;
  stats(): {
    readonly received: number;
    readonly serverSide: number;
    readonly openExchanges: number;
    readonly unknownToolResults: number;
    readonly conversations: ConversationStats;
  };
}

/** Exchanges whose response is awaited; stage 4 says when one will never come, so this is a safety net. */
const maxExchanges = 50_000;

/** Creates the stage. */
export function createAiStage({ context, table, roles, emit }: AiStageDeps): AiStage {
  const exchanges = new LruMap<ExchangeId, Exchange>(maxExchanges);
  const conversations = createConversationTracker(() => context.newId());
  const tools = createToolCallTracker();
  let received = 0;
  let serverSide = 0;

  const isWanted = (message: AiRequestMessage | AiResponseMessage): boolean => {
    received += 1;
    if (message.connection.role === 'client' || roles === 'both') return true;
    serverSide += 1;
    return false;
  };

  const entryOf = ({ connection }: AiRequestMessage | AiResponseMessage): ProcessEntry => {
    const entry = table.find(connection.tgid, connection.startBoottimeUs);
    // the record itself names the user even when nothing else is known
    return entry.uid === undefined ? { ...entry, uid: connection.uid } : entry;
  };

  /** A response whose request was not seen still belongs somewhere: to a conversation of its own. */
  const orphan = (): Exchange => ({
    requestId: context.newId(),
    requestEventId: '',
    conversation: { conversation_id: context.newId(), turn_number: 1, continued: false },
  });

  return {
    request(message) {
      if (!isWanted(message)) return;
      const entry = entryOf(message);
      const execId = context.enricher.execId(entry);
      const placement = conversations.placeRequest(execId, message);
      const links = { requestId: context.newId(), conversation: placement.turn };
      for (const result of tools.takeResults(execId, placement.added)) {
        emit(buildToolResult(context, entry, message, { result, links }), entry, message.endUs);
      }
      const event = buildRequest(context, entry, message, links);
      exchanges.set(message.exchangeId, { ...links, requestEventId: event.event_id });
      emit(event, entry, message.endUs);
    },

    response(message) {
      if (!isWanted(message)) return;
      const entry = entryOf(message);
      const execId = context.enricher.execId(entry);
      const exchange = exchanges.get(message.exchangeId) ?? orphan();
      exchanges.delete(message.exchangeId);
      const { requestId, conversation, requestEventId } = exchange;
      const links = { requestId, conversation, ...(requestEventId === '' ? {} : { requestEventId }) };
      conversations.noteResponse(execId, conversation, message);
      const event = buildResponse(context, entry, message, links);
      emit(event, entry, message.endUs);
      for (const call of message.data.tool_calls) {
        const details = { call, links, responseEventId: event.event_id };
        const callEvent = buildToolCall(context, entry, message, details);
        tools.noteCall(execId, call, callEvent.event_id);
        emit(callEvent, entry, message.endUs);
      }
    },

    unanswered(end) {
      exchanges.delete(end.exchangeId);
    },

    stats: () => ({
      received,
      serverSide,
      openExchanges: exchanges.size,
      unknownToolResults: tools.stats().unknownResults,
      conversations: conversations.stats(),
    }),
  };
}
