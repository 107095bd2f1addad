import type Database from 'better-sqlite3';
import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { openWritableDatabase } from './open-database.ts';
import { storeError, toStoreError } from './store-error.ts';

/** Kysely's own table of applied migrations. */
const MIGRATION_TABLE = 'kysely_migration';

interface MigrationDatabase {
  kysely_migration: { name: string };
}

/** SQLite rolls back table changes too; Kysely does not use it unless told, and a crash would leave half a migration. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class TransactionalDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** Names of migrations the file has had, oldest first; empty for a new file. */
async function findApplied(
  kysely: Kysely<MigrationDatabase>,
  db: Database.Database,
): Promise<readonly string[]> {
  const table = db.prepare('select 1 from sqlite_schema where name = ?').get(MIGRATION_TABLE);
  if (table === undefined) return [];
  const rows = await kysely.selectFrom(MIGRATION_TABLE).select('name').orderBy('name').execute();
  return rows.map((row) => row.name);
}

/**
 * Brings the database at `path` to the newest of `migrations`, creating it if needed. Rejects with `StoreError`:
 * STORE_TOO_NEW when it has had a migration this program does not know, STORE_CORRUPT, STORE_LOCKED and the rest.
 */
export async function migrateDatabase(
  path: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const db = openWritableDatabase(path);
  const kysely = new Kysely<MigrationDatabase>({ dialect: new TransactionalDialect({ database: db }) });
  try {
    const applied = await findApplied(kysely, db);
    const unknown = applied.filter((name) => !(name in migrations));
    if (unknown.length > 0)
      throw storeError('STORE_TOO_NEW', path, new Error(`it has had ${unknown.join(', ')}`));
    if (applied.length === Object.keys(migrations).length) return;
    const migrator = new Migrator({
      db: kysely,
      provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw toStoreError(error, path);
  } catch (error) {
    throw toStoreError(error, path);
  } finally {
    await kysely.destroy();
  }
}
