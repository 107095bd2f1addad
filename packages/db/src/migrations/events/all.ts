import type { Migration } from 'kysely/migration';
import { up as createEventStore } from './20261121000000-create-event-store.ts';

/** Migrations of events.db by name, in order. */
export const eventMigrations: Readonly<Record<string, Migration>> = {
  '20261121000000-create-event-store': { up: createEventStore },
};
