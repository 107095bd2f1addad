import { statSync } from 'node:fs';
import { sql } from 'kysely';
import { FIRST_NON_AI_CODE, type EventType } from '../event-input.ts';
import type { RowQuery } from '../row-query.ts';
import { typeOfCode } from './codes.ts';
import type { ReadonlyEvents } from './readonly-database.ts';
import type { StoredFacets, StoreSize } from './types.ts';

/** Values one facet lists at most. */
const MAX_VALUES = 200;

/** Events one facet is made from: every list page asks for them, and all of a large store would take its request thread a quarter of a second. */
const MAX_FACET_EVENTS = 20_000;

export interface TimeRange {
  readonly sinceUs?: number | undefined;
  readonly untilUs?: number | undefined;
}

interface FacetRow {
  readonly provider: string | null;
  readonly model: string | null;
  readonly processName: string | null;
}

/** Combinations of provider, model and process name among the newest AI events of a range. */
export function selectFacets(db: ReadonlyEvents, range: TimeRange): RowQuery<FacetRow> {
  return db
    .selectFrom((eb) => {
      let newest = eb
        .selectFrom('events as e')
        .select(['e.provider', 'e.model', 'e.process_name as processName'])
        .where('e.event_type', '<', eb.lit(FIRST_NON_AI_CODE))
        .orderBy('e.time_us', 'desc')
        .limit(MAX_FACET_EVENTS);
      if (range.sinceUs !== undefined) newest = newest.where('e.time_us', '>=', range.sinceUs);
      if (range.untilUs !== undefined) newest = newest.where('e.time_us', '<', range.untilUs);
      return newest.as('newest');
    })
    .select(['newest.provider', 'newest.model', 'newest.processName'])
    .distinct();
}

/** Distinct providers, models and process names among the newest AI events of a range. */
export async function findFacets(db: ReadonlyEvents, range: TimeRange): Promise<StoredFacets> {
  const rows = await selectFacets(db, range).execute();
  const valuesOf = (column: keyof FacetRow): readonly string[] => {
    const values = new Set(rows.flatMap((row) => row[column] ?? []));
    return [...values].toSorted().slice(0, MAX_VALUES);
  };
  return {
    providers: valuesOf('provider'),
    models: valuesOf('model'),
    processNames: valuesOf('processName'),
  };
}

/** Number of events of each type in a range. */
export function selectCountsByType(
  db: ReadonlyEvents,
  range: TimeRange,
): RowQuery<{ event_type: number; count: number }> {
  let query = db
    .selectFrom('events as e')
    .select((eb) => ['e.event_type', eb.fn.countAll<number>().as('count')])
    .groupBy('e.event_type');
  if (range.sinceUs !== undefined) query = query.where('e.time_us', '>=', range.sinceUs);
  if (range.untilUs !== undefined) query = query.where('e.time_us', '<', range.untilUs);
  return query;
}

/** Number of events of each type in a range; types without events are absent. */
export async function countEventsByType(
  db: ReadonlyEvents,
  range: TimeRange,
): Promise<Readonly<Partial<Record<EventType, number>>>> {
  const rows = await selectCountsByType(db, range).execute();
  return Object.fromEntries(rows.map((row) => [typeOfCode(row.event_type), row.count]));
}

/** Rows of the three large tables. */
export function selectRowCounts(
  db: ReadonlyEvents,
): RowQuery<{ events: number; conversations: number; processes: number }> {
  return db.selectNoFrom((eb) => [
    eb
      .selectFrom('events')
      .select(sql<number>`count(*)`.as('count'))
      .$asScalar()
      .as('events'),
    eb
      .selectFrom('conversations')
      .select(sql<number>`count(*)`.as('count'))
      .$asScalar()
      .as('conversations'),
    eb
      .selectFrom('processes')
      .select(sql<number>`count(*)`.as('count'))
      .$asScalar()
      .as('processes'),
  ]);
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Rows and bytes on disk. Counting walks the smallest index of each table: tens of milliseconds per million rows. */
export async function countStore(db: ReadonlyEvents, path: string): Promise<StoreSize> {
  const row = await selectRowCounts(db).executeTakeFirst();
  const counts = row ?? { events: 0, conversations: 0, processes: 0 };
  return { ...counts, databaseBytes: bytesOf(path), walBytes: bytesOf(`${path}-wal`) };
}

/** Id of the newest event. */
export function selectLastEventId(db: ReadonlyEvents): RowQuery<{ value: number }> {
  return db.selectFrom('store_state').select('value').where('name', '=', 'last_event_id');
}

/** Id of the newest event ever stored, 0 when there was none. */
export async function findLastEventId(db: ReadonlyEvents): Promise<number> {
  return (await selectLastEventId(db).executeTakeFirst())?.value ?? 0;
}
