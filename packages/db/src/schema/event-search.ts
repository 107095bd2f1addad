import type { ColumnType } from 'kysely';

/** Full-text index; holds words, not the text. Its rowid is `events.id`. */
export interface EventSearchTable {
  rowid: ColumnType<number, number, never>;
  text: ColumnType<string, string, never>;
  /** The hidden column that `match` is asked on. */
  event_search: ColumnType<string, never, never>;
}
