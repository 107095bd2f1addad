import type Database from 'better-sqlite3';
import { completenessCodes, type AiInput, type EventInput } from '../event-input.ts';
import { prepare, upsertConversation } from './statements.ts';

/** What one batch adds to one conversation. */
interface Sums {
  firstUs: number;
  lastUs: number;
  processId: number | null;
  pid: number | null;
  processName: string | null;
  provider: string | null;
  model: string | null;
  api: string | null;
  title: string;
  turns: number;
  errors: number;
  toolCalls: number;
  redactions: number;
  promptTokens: number;
  completionTokens: number;
  cachedTokens: number;
  reasoningTokens: number;
  completeness: number;
}

function emptySums(timeUs: number): Sums {
  return {
    firstUs: timeUs,
    lastUs: timeUs,
    processId: null,
    pid: null,
    processName: null,
    provider: null,
    model: null,
    api: null,
    title: '',
    turns: 0,
    errors: 0,
    toolCalls: 0,
    redactions: 0,
    promptTokens: 0,
    completionTokens: 0,
    cachedTokens: 0,
    reasoningTokens: 0,
    completeness: completenessCodes.full,
  };
}

function addEvent(sums: Sums, event: EventInput, ai: AiInput): void {
  sums.firstUs = Math.min(sums.firstUs, event.timeUs);
  sums.lastUs = Math.max(sums.lastUs, event.timeUs);
  sums.pid = event.process?.pid ?? sums.pid;
  sums.processName = event.process?.name ?? sums.processName;
  sums.provider = ai.provider ?? sums.provider;
  sums.model = ai.model ?? sums.model;
  sums.api = ai.api ?? sums.api;
  // The only value that no event row has checked: one of a wrong type would make the whole batch fail for ever.
  if (sums.title === '' && typeof ai.title === 'string') sums.title = ai.title;
  if (event.eventType === 'ai.request') sums.turns += 1;
  if (event.eventType === 'ai.response' && ai.success === false) sums.errors += 1;
  if (event.eventType === 'agent.tool_call') sums.toolCalls += 1;
  sums.redactions += event.redactionCount;
  sums.promptTokens += ai.promptTokens ?? 0;
  sums.completionTokens += ai.completionTokens ?? 0;
  sums.cachedTokens += ai.cachedTokens ?? 0;
  sums.reasoningTokens += ai.reasoningTokens ?? 0;
  sums.completeness = Math.min(sums.completeness, completenessCodes[event.completeness]);
}

/** Adds the events of a batch up by conversation, then writes each conversation once. */
export interface ConversationRows {
  collect(event: EventInput, ai: AiInput, processId: number | null): void;
  /** Writes what was collected. Throws what SQLite throws. */
  flush(): void;
  forget(): void;
}

/** Builds the conversation writer for one connection. */
export function createConversationRows(connection: Database.Database): ConversationRows {
  const upsert = prepare(connection, upsertConversation);
  const collected = new Map<string, Sums>();
  return {
    collect(event, ai, processId) {
      const id = ai.conversationId ?? null;
      if (id === null) return;
      let sums = collected.get(id);
      if (sums === undefined) {
        sums = emptySums(event.timeUs);
        collected.set(id, sums);
      }
      sums.processId = processId ?? sums.processId;
      addEvent(sums, event, ai);
    },
    flush() {
      for (const [id, s] of collected) {
        upsert.run(
          ...[
            id,
            s.firstUs,
            s.lastUs,
            s.processId,
            s.pid,
            s.processName,
            s.provider,
            s.model,
            s.api,
            s.title,
          ],
          ...[s.turns, s.errors, s.toolCalls, s.redactions],
          ...[s.promptTokens, s.completionTokens, s.cachedTokens, s.reasoningTokens, s.completeness],
        );
      }
      collected.clear();
    },
    forget: () => collected.clear(),
  };
}
