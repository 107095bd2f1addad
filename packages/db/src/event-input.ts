/**
 * What the store accepts. Plain structural types: the store imports no sibling, so the server maps its redacted
 * events to these. Times are integer microseconds since the Unix epoch, durations milliseconds.
 * `null` and absent mean the same: not known.
 */

/** Type codes as stored. Append-only; codes below 16 belong to AI activity and have their own partial index. */
export const eventTypeCodes = {
  'ai.request': 1,
  'ai.response': 2,
  'agent.tool_call': 3,
  'agent.tool_result': 4,
  'process.exec': 16,
  'process.exit': 17,
  'process.fork': 18,
} as const;

export type EventType = keyof typeof eventTypeCodes;

/** First code that is not AI activity. Quoted in the partial index of the first migration. */
export const FIRST_NON_AI_CODE = 16;

/** Stored as 0, 1, 2: the worst of several is their minimum. */
export const completenessCodes = { metadata_only: 0, partial: 1, full: 2 } as const;

export type Completeness = keyof typeof completenessCodes;

/** What is known of a process by now. Known fields overwrite, absent ones leave what is stored. */
export interface ProcessInput {
  readonly execId: string;
  readonly pid: number;
  readonly ppid?: number | null;
  readonly parentExecId?: string | null;
  readonly exe?: string | null;
  readonly name?: string | null;
  readonly cmdline?: string | null;
  readonly cwd?: string | null;
  readonly uid?: number | null;
  readonly user?: string | null;
  readonly containerId?: string | null;
  readonly startUs?: number | null;
  readonly endUs?: number | null;
  readonly exitCode?: number | null;
  readonly signal?: number | null;
}

/** Fields only AI activity has. */
export interface AiInput {
  readonly conversationId?: string | null;
  readonly turnNumber?: number | null;
  readonly requestId?: string | null;
  readonly connectionId?: string | null;
  /** `gen_ai.provider.name` value or host. */
  readonly provider?: string | null;
  readonly model?: string | null;
  readonly api?: string | null;
  readonly statusCode?: number | null;
  /** False in an `ai.response` counts as an error of its conversation. */
  readonly success?: boolean | null;
  readonly latencyMs?: number | null;
  readonly ttftMs?: number | null;
  readonly promptTokens?: number | null;
  readonly completionTokens?: number | null;
  readonly cachedTokens?: number | null;
  readonly reasoningTokens?: number | null;
  /** Title for a conversation that has none yet: the first user message, shortened. */
  readonly title?: string | null;
}

export interface EventInput {
  /** ULID; a second event with the same id is ignored and counted as a duplicate. */
  readonly eventId: string;
  readonly eventType: EventType;
  readonly timeUs: number;
  readonly completeness: Completeness;
  /** Values replaced by redaction, all findings added up. */
  readonly redactionCount: number;
  /** One line for lists. For `process.exec` the command line: search finds it by this, once the writer was idle. */
  readonly summary: string;
  /** The whole redacted event as JSON text. */
  readonly payload: string;
  /** The process the event happened in. */
  readonly process?: ProcessInput | null;
  /**
   * Other processes the event tells of: the child of a fork, ancestors. Stored when nothing is known of them yet, so that
   * ancestry is whole; what their own events say overwrites it.
   */
  readonly relatedProcesses?: readonly ProcessInput[] | null;
  /**
   * Prompt, answer and tool text of AI activity, searchable as soon as the event is stored, up to 262 144 UTF-16 units.
   * Not looked at for process events.
   */
  readonly searchText?: string | null;
  readonly ai?: AiInput | null;
}
