import type { ColumnType, Generated } from 'kysely';

/** Sums over the events of one conversation, kept by the writer in the transaction that stores the events. */
export interface ConversationTable {
  key: Generated<number>;
  id: ColumnType<string, string, never>;
  first_us: number;
  last_us: number;
  process_id: number | null;
  pid: number | null;
  process_name: string | null;
  provider: string | null;
  model: string | null;
  api: string | null;
  /** Empty until an event brings one. */
  title: string;
  turn_count: number;
  error_count: number;
  tool_call_count: number;
  redaction_count: number;
  prompt_tokens: number;
  completion_tokens: number;
  cached_tokens: number;
  reasoning_tokens: number;
  completeness: number;
}
