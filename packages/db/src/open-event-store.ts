import { migrateDatabase } from './migrate.ts';
import { eventMigrations } from './migrations/events/all.ts';

/** Creates events.db at `path` or brings it up to date. Call before `openEventReader`. Rejects with `StoreError`. */
export async function openEventStore(options: { readonly path: string }): Promise<void> {
  await migrateDatabase(options.path, eventMigrations);
}
