import { Kysely, SqliteDialect } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { openReadonlyDatabase } from '../open-database.ts';
import type { EventDatabase } from '../schema/event-database.ts';

export type ReadonlyEvents = ReadonlyKysely<EventDatabase>;

/** Narrows a Kysely to its reading half. */
export function toReadonly(db: Kysely<EventDatabase>): ReadonlyEvents {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the two types differ only in what they hide; Kysely documents this cast
  return db as never;
}

/** Opens events.db on a connection that can't write. Throws `StoreError`. */
export function openReadonlyEvents(path: string): ReadonlyEvents {
  return toReadonly(
    new Kysely<EventDatabase>({ dialect: new SqliteDialect({ database: openReadonlyDatabase(path) }) }),
  );
}
