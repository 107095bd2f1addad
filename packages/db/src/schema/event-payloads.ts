import type { ColumnType } from 'kysely';

/** The whole redacted event, apart from the columns lists need. */
export interface EventPayloadTable {
  /** `events.id`. */
  id: ColumnType<number, number, never>;
  /** Text is JSON as it is; a blob is the same compressed with zstd. */
  body: ColumnType<string | Uint8Array, string | Uint8Array, never>;
}
