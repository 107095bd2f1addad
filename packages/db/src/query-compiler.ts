import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { EventDatabase } from './schema/event-database.ts';

/** A Kysely that builds SQL and has no database behind it: executing a query gives no rows. */
export function createQueryCompiler(): Kysely<EventDatabase> {
  return new Kysely<EventDatabase>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
