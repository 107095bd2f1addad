import type { Completeness, EventType } from '../event-input.ts';

/** One event of a list: all but its payload. */
export interface StoredEvent {
  /** Position in commit order; grows with every stored event. */
  readonly id: number;
  readonly eventId: string;
  readonly eventType: EventType;
  readonly timeUs: number;
  readonly execId: string | null;
  readonly pid: number | null;
  readonly processName: string | null;
  readonly uid: number | null;
  readonly completeness: Completeness;
  readonly redactionCount: number;
  readonly summary: string;
  readonly conversationId: string | null;
  readonly turnNumber: number | null;
  readonly requestId: string | null;
  readonly connectionId: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly api: string | null;
  readonly statusCode: number | null;
  readonly success: boolean | null;
  readonly latencyMs: number | null;
  readonly ttftMs: number | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly cachedTokens: number | null;
  readonly reasoningTokens: number | null;
}

/** An event with its payload: the whole redacted event as JSON text. */
export interface StoredEventWithPayload extends StoredEvent {
  readonly payload: string;
}

export interface StoredConversation {
  readonly id: string;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly execId: string | null;
  readonly pid: number | null;
  readonly processName: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly api: string | null;
  readonly title: string;
  readonly turnCount: number;
  readonly errorCount: number;
  readonly toolCallCount: number;
  readonly redactionCount: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  /** The worst of its events. */
  readonly completeness: Completeness;
}

export interface StoredProcess {
  readonly execId: string;
  readonly pid: number;
  readonly ppid: number | null;
  readonly parentExecId: string | null;
  readonly exe: string | null;
  readonly name: string | null;
  readonly cmdline: string | null;
  readonly cwd: string | null;
  readonly uid: number | null;
  readonly user: string | null;
  readonly containerId: string | null;
  readonly startUs: number | null;
  readonly endUs: number | null;
  readonly exitCode: number | null;
  readonly signal: number | null;
}

/** All conditions hold together; an absent or empty one holds always. */
export interface EventFilter {
  readonly types?: readonly EventType[] | undefined;
  readonly providers?: readonly string[] | undefined;
  readonly models?: readonly string[] | undefined;
  readonly processName?: string | undefined;
  readonly execId?: string | undefined;
  readonly pid?: number | undefined;
  readonly conversationId?: string | undefined;
  readonly connectionId?: string | undefined;
  /** Inclusive. */
  readonly sinceUs?: number | undefined;
  /** Exclusive. */
  readonly untilUs?: number | undefined;
  /** What a person typed: words that must all occur, "quoted words" in this order. Never search syntax. */
  readonly text?: string | undefined;
}

export interface PageRequest {
  /** Cursor of the last row of the page before, as given out by the same query. */
  readonly after?: string | null | undefined;
  /** Rows wanted, 1 to 100; other values are clamped. Default 20. */
  readonly first?: number | null | undefined;
}

export interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

export interface Page<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly hasNextPage: boolean;
}

export interface ProcessFilter {
  /** The whole name. */
  readonly name?: string | undefined;
  /** Identity of the process that started them. */
  readonly parentExecId?: string | undefined;
  /** True: no end seen; false: ended. */
  readonly running?: boolean | undefined;
}

export interface StoredFacets {
  readonly providers: readonly string[];
  readonly models: readonly string[];
  readonly processNames: readonly string[];
}

export interface StoreSize {
  readonly events: number;
  readonly conversations: number;
  readonly processes: number;
  /** Bytes of the database file and of its write-ahead log on disk. */
  readonly databaseBytes: number;
  readonly walBytes: number;
}

/** Read queries on a connection that can't write. Every method rejects with `StoreError`. */
export interface EventReader {
  /** Newest first by (time, id). Only AI activity or everything, as the filter's types say. */
  findEvents(filter: EventFilter, page?: PageRequest): Promise<Page<StoredEvent>>;
  /** By event id (ULID). */
  findEvent(eventId: string): Promise<StoredEventWithPayload | null>;
  /** Payload texts by event id; ids that are not stored are absent. At most 1000 ids. */
  findPayloads(eventIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Newest activity first. Time bounds select conversations active in the range; `types` is not looked at. */
  findConversations(filter: EventFilter, page?: PageRequest): Promise<Page<StoredConversation>>;
  findConversation(conversationId: string): Promise<StoredConversation | null>;
  /** Oldest first, with payloads. */
  findEventsByConversation(conversationId: string, page?: PageRequest): Promise<Page<StoredEventWithPayload>>;
  findProcess(execId: string): Promise<StoredProcess | null>;
  /** For per-request loaders; at most 1000 ids. */
  findProcessesByExecIds(execIds: readonly string[]): Promise<ReadonlyMap<string, StoredProcess>>;
  /** Nearest parent first, at most 64. */
  findProcessAncestors(execId: string): Promise<readonly StoredProcess[]>;
  /** Latest seen first. */
  findProcesses(filter: ProcessFilter, page?: PageRequest): Promise<Page<StoredProcess>>;
  /** Distinct values among the newest 20 000 AI events of the range, for filter forms; at most 200 each. */
  findFacets(range: { sinceUs?: number | undefined; untilUs?: number | undefined }): Promise<StoredFacets>;
  countEventsByType(range: {
    sinceUs?: number | undefined;
    untilUs?: number | undefined;
  }): Promise<Readonly<Partial<Record<EventType, number>>>>;
  countStore(): Promise<StoreSize>;
  /** Commit order, oldest first: what was stored after `id`. For resuming live streams; `limit` 1 to 1000. */
  findEventsAfterId(id: number, limit: number): Promise<readonly StoredEventWithPayload[]>;
  /** Id of the newest stored event, 0 when there is none. */
  findLastEventId(): Promise<number>;
  close(): Promise<void>;
}
