import type { Migration } from 'kysely/migration';
import { up as createControlStore } from './20261121000000-create-control-store.ts';

/** Migrations of control.db by name, in order. */
export const controlMigrations: Readonly<Record<string, Migration>> = {
  '20261121000000-create-control-store': { up: createControlStore },
};
