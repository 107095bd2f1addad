import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import { eventTypeCodes, FIRST_NON_AI_CODE } from '../event-input.ts';
import type { EventDatabase } from '../schema/event-database.ts';
import { codesOfTypes } from './codes.ts';
import { toSearchQuery } from './search-query.ts';
import type { EventFilter } from './types.ts';

type Tables = EventDatabase & { e: EventDatabase['events'] };

const isSet = (values: readonly unknown[] | undefined): boolean => values !== undefined && values.length > 0;

/** True when only AI activity can match, so that the index of AI events alone is enough. */
function onlyAi(filter: EventFilter): boolean {
  if (isSet(filter.providers) || isSet(filter.models)) return true;
  if (filter.conversationId !== undefined || filter.connectionId !== undefined) return true;
  const types = filter.types ?? [];
  return types.length > 0 && types.every((type) => eventTypeCodes[type] < FIRST_NON_AI_CODE);
}

/** The conditions of a filter on `events as e`. */
export function eventConditions(
  eb: ExpressionBuilder<Tables, 'e'>,
  filter: EventFilter,
): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [];
  // The condition of the partial index must stand in the query as it stands there: a literal, not a parameter.
  if (onlyAi(filter)) conditions.push(eb('e.event_type', '<', eb.lit(FIRST_NON_AI_CODE)));
  if (filter.types && filter.types.length > 0)
    conditions.push(eb('e.event_type', 'in', codesOfTypes(filter.types)));
  if (filter.providers && filter.providers.length > 0)
    conditions.push(eb('e.provider', 'in', filter.providers));
  if (filter.models && filter.models.length > 0) conditions.push(eb('e.model', 'in', filter.models));
  if (filter.processName !== undefined) conditions.push(eb('e.process_name', '=', filter.processName));
  if (filter.execId !== undefined) {
    conditions.push(
      eb('e.process_id', '=', eb.selectFrom('processes').select('id').where('exec_id', '=', filter.execId)),
    );
  }
  if (filter.pid !== undefined) {
    // Through the process: pids are few there, and events have no index on them.
    conditions.push(
      eb('e.process_id', 'in', eb.selectFrom('processes').select('id').where('pid', '=', filter.pid)),
    );
  }
  if (filter.conversationId !== undefined)
    conditions.push(eb('e.conversation_id', '=', filter.conversationId));
  if (filter.connectionId !== undefined) conditions.push(eb('e.connection_id', '=', filter.connectionId));
  if (filter.sinceUs !== undefined) conditions.push(eb('e.time_us', '>=', filter.sinceUs));
  if (filter.untilUs !== undefined) conditions.push(eb('e.time_us', '<', filter.untilUs));
  const text = filter.text?.trim() ?? '';
  if (text !== '') conditions.push(textCondition(eb, text));
  return conditions;
}

/** Events whose words match; text without a searchable word matches nothing. */
function textCondition(eb: ExpressionBuilder<Tables, 'e'>, text: string): Expression<SqlBool> {
  const query = toSearchQuery(text);
  if (query === null) return sql<SqlBool>`0`;
  return eb(
    'e.id',
    'in',
    eb.selectFrom('event_search').select('event_search.rowid').where('event_search', 'match', query),
  );
}
