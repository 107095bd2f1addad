import type { Compilable } from 'kysely';

/** A query that gives rows, as the query functions return it: to be run, or printed for review. */
export interface RowQuery<Row> extends Compilable {
  execute(): Promise<Row[]>;
  executeTakeFirst(): Promise<Row | undefined>;
}
