import { decodePayload } from '../payload-body.ts';
import type { RowQuery } from '../row-query.ts';
import { readPageRequest, toPage } from './cursor.ts';
import { eventConditions } from './event-conditions.ts';
import { eventColumns, toStoredEvent, type EventRow } from './event-row.ts';
import type { ReadonlyEvents } from './readonly-database.ts';
import type { EventFilter, Page, PageRequest, StoredEvent, StoredEventWithPayload } from './types.ts';

/** Most ids or rows one call gives. */
const MAX_ROWS = 1000;

type PayloadRow = EventRow & { readonly body: string | Uint8Array };

const withPayload = ({ body, ...row }: PayloadRow): StoredEventWithPayload => ({
  ...toStoredEvent(row),
  payload: decodePayload(body),
});

/** Events of a filter, newest first. */
export function selectEvents(
  db: ReadonlyEvents,
  filter: EventFilter,
  page: PageRequest = {},
): RowQuery<EventRow> {
  const { first, after } = readPageRequest(page);
  const query = db
    .selectFrom('events as e')
    .leftJoin('processes as p', 'p.id', 'e.process_id')
    .select(eventColumns)
    .where((eb) => eb.and(eventConditions(eb, filter)))
    .orderBy('e.time_us', 'desc')
    .orderBy('e.id', 'desc')
    .limit(first + 1);
  if (after === null) return query;
  return query.where((eb) => eb(eb.refTuple('e.time_us', 'e.id'), '<', eb.tuple(after.timeUs, after.id)));
}

/** Events of a filter, newest first. */
export async function findEvents(
  db: ReadonlyEvents,
  filter: EventFilter,
  page: PageRequest = {},
): Promise<Page<StoredEvent>> {
  const rows = await selectEvents(db, filter, page).execute();
  return toPage(rows, readPageRequest(page).first, { node: toStoredEvent, position: (row) => row });
}

/** One event with its payload. */
export function selectEvent(db: ReadonlyEvents, eventId: string): RowQuery<PayloadRow> {
  return db
    .selectFrom('events as e')
    .leftJoin('processes as p', 'p.id', 'e.process_id')
    .innerJoin('event_payloads as payload', 'payload.id', 'e.id')
    .select([...eventColumns, 'payload.body'])
    .where('e.event_id', '=', eventId);
}

/** One event with its payload; null when it is not stored. */
export async function findEvent(db: ReadonlyEvents, eventId: string): Promise<StoredEventWithPayload | null> {
  const row = await selectEvent(db, eventId).executeTakeFirst();
  return row === undefined ? null : withPayload(row);
}

/** Payloads of events. */
export function selectPayloads(
  db: ReadonlyEvents,
  eventIds: readonly string[],
): RowQuery<{ event_id: string; body: string | Uint8Array }> {
  return db
    .selectFrom('events as e')
    .innerJoin('event_payloads as payload', 'payload.id', 'e.id')
    .select(['e.event_id', 'payload.body'])
    .where('e.event_id', 'in', eventIds.slice(0, MAX_ROWS));
}

/** Payload texts by event id. */
export async function findPayloads(
  db: ReadonlyEvents,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (eventIds.length === 0) return new Map();
  const rows = await selectPayloads(db, eventIds).execute();
  return new Map(rows.map((row) => [row.event_id, decodePayload(row.body)]));
}

/** Events of one conversation, oldest first. */
export function selectEventsByConversation(
  db: ReadonlyEvents,
  conversationId: string,
  page: PageRequest = {},
): RowQuery<PayloadRow> {
  const { first, after } = readPageRequest(page);
  const query = db
    .selectFrom('events as e')
    .leftJoin('processes as p', 'p.id', 'e.process_id')
    .innerJoin('event_payloads as payload', 'payload.id', 'e.id')
    .select([...eventColumns, 'payload.body'])
    .where('e.conversation_id', '=', conversationId)
    .orderBy('e.time_us')
    .orderBy('e.id')
    .limit(first + 1);
  if (after === null) return query;
  return query.where((eb) => eb(eb.refTuple('e.time_us', 'e.id'), '>', eb.tuple(after.timeUs, after.id)));
}

/** Events of one conversation, oldest first. */
export async function findEventsByConversation(
  db: ReadonlyEvents,
  conversationId: string,
  page: PageRequest = {},
): Promise<Page<StoredEventWithPayload>> {
  const rows = await selectEventsByConversation(db, conversationId, page).execute();
  return toPage(rows, readPageRequest(page).first, { node: withPayload, position: (row) => row });
}

/** Events stored after an id, in commit order. */
export function selectEventsAfterId(db: ReadonlyEvents, id: number, limit: number): RowQuery<PayloadRow> {
  return db
    .selectFrom('events as e')
    .leftJoin('processes as p', 'p.id', 'e.process_id')
    .innerJoin('event_payloads as payload', 'payload.id', 'e.id')
    .select([...eventColumns, 'payload.body'])
    .where('e.id', '>', id)
    .orderBy('e.id')
    .limit(Math.min(Math.max(Math.trunc(limit), 1), MAX_ROWS));
}

/** Events stored after an id, in commit order. */
export async function findEventsAfterId(
  db: ReadonlyEvents,
  id: number,
  limit: number,
): Promise<readonly StoredEventWithPayload[]> {
  const rows = await selectEventsAfterId(db, id, limit).execute();
  return rows.map(withPayload);
}
