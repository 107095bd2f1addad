import type { ColumnType } from 'kysely';

type Fixed<T> = ColumnType<T, T, never>;

/** One row per event, in commit order. AI columns are null for process events. */
export interface EventTable {
  /** Commit order; never used twice, also not after retention. */
  id: Fixed<number>;
  event_id: Fixed<string>;
  /** `eventTypeCodes`. */
  event_type: Fixed<number>;
  time_us: Fixed<number>;
  /** `processes.id`: an integer, because the text identity in every row and index would double both. */
  process_id: Fixed<number | null>;
  pid: Fixed<number | null>;
  /** Name at the time of the event; the process may have another by now. */
  process_name: Fixed<string | null>;
  uid: Fixed<number | null>;
  /** `completenessCodes`. */
  completeness: Fixed<number>;
  redaction_count: Fixed<number>;
  summary: Fixed<string>;
  conversation_id: ColumnType<string | null, string | null | undefined, never>;
  turn_number: ColumnType<number | null, number | null | undefined, never>;
  request_id: ColumnType<string | null, string | null | undefined, never>;
  connection_id: ColumnType<string | null, string | null | undefined, never>;
  provider: ColumnType<string | null, string | null | undefined, never>;
  model: ColumnType<string | null, string | null | undefined, never>;
  api: ColumnType<string | null, string | null | undefined, never>;
  status_code: ColumnType<number | null, number | null | undefined, never>;
  success: ColumnType<number | null, number | null | undefined, never>;
  latency_ms: ColumnType<number | null, number | null | undefined, never>;
  ttft_ms: ColumnType<number | null, number | null | undefined, never>;
  prompt_tokens: ColumnType<number | null, number | null | undefined, never>;
  completion_tokens: ColumnType<number | null, number | null | undefined, never>;
  cached_tokens: ColumnType<number | null, number | null | undefined, never>;
  reasoning_tokens: ColumnType<number | null, number | null | undefined, never>;
}
