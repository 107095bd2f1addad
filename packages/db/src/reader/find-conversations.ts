import { sql } from 'kysely';
import type { RowQuery } from '../row-query.ts';
import { completenessOfCode } from './codes.ts';
import { readPageRequest, toPage } from './cursor.ts';
import type { ReadonlyEvents } from './readonly-database.ts';
import { toSearchQuery } from './search-query.ts';
import type { EventFilter, Page, PageRequest, StoredConversation } from './types.ts';

type ConversationRow = Omit<StoredConversation, 'completeness'> & {
  readonly key: number;
  readonly completeness: number;
};

const columns = [
  'c.key',
  'c.id',
  'c.first_us as firstUs',
  'c.last_us as lastUs',
  'p.exec_id as execId',
  'c.pid',
  'c.process_name as processName',
  'c.provider',
  'c.model',
  'c.api',
  'c.title',
  'c.turn_count as turnCount',
  'c.error_count as errorCount',
  'c.tool_call_count as toolCallCount',
  'c.redaction_count as redactionCount',
  'c.prompt_tokens as promptTokens',
  'c.completion_tokens as completionTokens',
  'c.cached_tokens as cachedTokens',
  'c.reasoning_tokens as reasoningTokens',
  'c.completeness',
] as const;

function toStoredConversation(row: ConversationRow): StoredConversation {
  return { ...row, completeness: completenessOfCode(row.completeness) };
}

/** Conversations active in the filter's range, newest activity first. */
export function selectConversations(
  db: ReadonlyEvents,
  filter: EventFilter,
  page: PageRequest = {},
): RowQuery<ConversationRow> {
  const { first, after } = readPageRequest(page);
  let query = db
    .selectFrom('conversations as c')
    .leftJoin('processes as p', 'p.id', 'c.process_id')
    .select(columns)
    .orderBy('c.last_us', 'desc')
    .orderBy('c.key', 'desc')
    .limit(first + 1);
  if (after !== null) {
    query = query.where((eb) => eb(eb.refTuple('c.last_us', 'c.key'), '<', eb.tuple(after.timeUs, after.id)));
  }
  if (filter.providers && filter.providers.length > 0)
    query = query.where('c.provider', 'in', filter.providers);
  if (filter.models && filter.models.length > 0) query = query.where('c.model', 'in', filter.models);
  if (filter.processName !== undefined) query = query.where('c.process_name', '=', filter.processName);
  if (filter.pid !== undefined) query = query.where('c.pid', '=', filter.pid);
  const { execId, connectionId } = filter;
  if (execId !== undefined) {
    query = query.where('c.process_id', '=', (eb) =>
      eb.selectFrom('processes').select('processes.id').where('processes.exec_id', '=', execId),
    );
  }
  if (filter.conversationId !== undefined) query = query.where('c.id', '=', filter.conversationId);
  if (connectionId !== undefined) {
    query = query.where('c.id', 'in', (eb) =>
      eb
        .selectFrom('events')
        .select('events.conversation_id')
        .where('events.connection_id', '=', connectionId)
        .where('events.conversation_id', 'is not', null),
    );
  }
  if (filter.sinceUs !== undefined) query = query.where('c.last_us', '>=', filter.sinceUs);
  if (filter.untilUs !== undefined) query = query.where('c.first_us', '<', filter.untilUs);
  const text = filter.text?.trim() ?? '';
  if (text === '') return query;
  const match = toSearchQuery(text);
  // Text without a searchable word matches nothing.
  if (match === null) return query.where(sql<boolean>`0`);
  return query.where('c.id', 'in', (eb) =>
    eb
      .selectFrom('event_search')
      .innerJoin('events', 'events.id', 'event_search.rowid')
      .select('events.conversation_id')
      .where('event_search.event_search', 'match', match)
      .where('events.conversation_id', 'is not', null),
  );
}

/** Conversations active in the filter's range, newest activity first. */
export async function findConversations(
  db: ReadonlyEvents,
  filter: EventFilter,
  page: PageRequest = {},
): Promise<Page<StoredConversation>> {
  const rows = await selectConversations(db, filter, page).execute();
  const position = (row: ConversationRow): { timeUs: number; id: number } => ({
    timeUs: row.lastUs,
    id: row.key,
  });
  return toPage(rows, readPageRequest(page).first, { node: toStoredConversation, position });
}

/** One conversation. */
export function selectConversation(db: ReadonlyEvents, conversationId: string): RowQuery<ConversationRow> {
  return db
    .selectFrom('conversations as c')
    .leftJoin('processes as p', 'p.id', 'c.process_id')
    .select(columns)
    .where('c.id', '=', conversationId);
}

/** One conversation; null when it is not stored. */
export async function findConversation(
  db: ReadonlyEvents,
  conversationId: string,
): Promise<StoredConversation | null> {
  const row = await selectConversation(db, conversationId).executeTakeFirst();
  return row === undefined ? null : toStoredConversation(row);
}
