/**
 * The event model: the Open Inference Standard Protocol envelope (version 0.1) and the payloads Eyrie fills.
 * Field names are the protocol's, in snake case, because these objects are what is stored and exported.
 * Absent fields are omitted, never null.
 */

export type EventType =
  | 'ai.request'
  | 'ai.response'
  | 'agent.tool_call'
  | 'agent.tool_result'
  | 'process.exec'
  | 'process.exit'
  | 'process.fork';

export type Completeness = 'metadata_only' | 'partial' | 'full';

export interface Confidence {
  readonly level: 'low' | 'medium' | 'high';
  readonly completeness: Completeness;
  /** Why the level is what it is, as short stable words: `tls_boundary_capture`, `stream_gap`, `attached_mid_stream`. */
  readonly reasons: readonly string[];
  /** What is known to be missing: `bytes_lost:4096`, `response_not_seen`, `request_not_seen`. */
  readonly missing?: readonly string[];
  readonly process_attribution?: 'direct' | 'unknown';
  readonly content_source?: 'tls_boundary' | 'none';
  readonly ai_detection_method?: 'known_endpoint' | 'payload_inspection';
  readonly redaction_applied?: boolean;
  readonly redaction_profile?: RedactionMode;
}

export type RedactionMode = 'safe' | 'full' | 'minimal';

export interface HostInfo {
  readonly hostname: string;
  readonly device_id?: string;
  readonly os: 'linux' | 'darwin' | 'windows' | 'freebsd' | 'other';
  readonly os_version?: string;
  readonly arch: string;
  readonly kernel_version?: string;
}

export interface ActorInfo {
  readonly uid: number;
  readonly user?: string;
  readonly gid?: number;
}

export interface ProcessRef {
  readonly exec_id: string;
  readonly pid: number;
  readonly exe?: string;
  readonly name?: string;
  readonly cmdline?: string;
}

export interface ProcessInfo extends ProcessRef {
  readonly ppid?: number;
  readonly parent_exec_id?: string;
  readonly cwd?: string;
  readonly tid?: number;
  readonly container_id?: string;
  readonly cgroup?: string;
  readonly start_time?: string;
  /** Nearest parent first. */
  readonly ancestors?: readonly ProcessRef[];
}

export interface SourceInfo {
  readonly collector: 'eyrie';
  readonly collector_version: string;
  readonly capture_method: 'ebpf_uprobe' | 'ebpf_tracepoint' | 'other';
  readonly capture_point?:
    'ssl_write' | 'ssl_read' | 'sched_process_exec' | 'sched_process_exit' | 'sched_process_fork' | 'proc';
  /** True when the records came from a trace file and not from this kernel. */
  readonly replayed?: boolean;
}

/** Where in one TLS connection the message was found; the pairing key of request and response. */
export interface ConnectionInfo {
  /** `exec_id/ssl/conn_ns`: opaque, unique for the life of a database. */
  readonly connection_id: string;
  readonly fd?: number;
  readonly host?: string;
  readonly stream_position: number;
}

export interface RedactionFinding {
  /** Rule name: `api_key`, `jwt`, `email`, or the name of a custom rule. */
  readonly type: string;
  readonly count: number;
  /** JSON path inside `data` or the envelope: `messages[2].content`. */
  readonly path: string;
}

interface Envelope<Type extends EventType, Data> {
  readonly oisp_version: '0.1';
  readonly event_id: string;
  readonly event_type: Type;
  /** RFC 3339, UTC, microseconds. */
  readonly ts: string;
  /** Nanoseconds of CLOCK_MONOTONIC, as a decimal string: the number would not be exact after 104 days of uptime. */
  readonly ts_mono?: string;
  readonly host: HostInfo;
  readonly actor?: ActorInfo;
  readonly process?: ProcessInfo;
  readonly source: SourceInfo;
  readonly confidence: Confidence;
  readonly related_events?: readonly {
    event_id: string;
    relationship: 'parent' | 'child' | 'caused_by' | 'causes' | 'related';
  }[];
  /** Extensions outside the protocol's own fields live here: connection and redaction findings. */
  readonly ext?: {
    readonly connection?: ConnectionInfo;
    readonly redaction?: readonly RedactionFinding[];
  };
  readonly data: Data;
}

interface ProviderInfo {
  /** OpenTelemetry `gen_ai.provider.name` value where one exists: `openai`, `anthropic`, `azure.ai.openai`, else the host. */
  readonly name: string;
  readonly endpoint: string;
}

export interface ModelInfo {
  readonly id: string;
}

export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  | {
      readonly type: 'image';
      readonly media_type?: string;
      readonly size_bytes?: number;
      readonly url?: string;
    }
  | {
      readonly type: 'file';
      readonly name?: string;
      readonly media_type?: string;
      readonly size_bytes?: number;
    }
  | { readonly type: 'audio'; readonly media_type?: string; readonly size_bytes?: number }
  | { readonly type: 'tool_call'; readonly id?: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'tool_result'; readonly id?: string; readonly text: string; readonly is_error?: boolean }
  | { readonly type: 'refusal'; readonly text: string }
  | { readonly type: 'other'; readonly kind: string };

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool' | 'function';
  /** Always parts, also for plain strings: one shape for pages and search. */
  readonly content: readonly ContentPart[];
  readonly name?: string;
  readonly tool_call_id?: string;
}

export interface ToolDefinition {
  readonly name: string;
  readonly type: 'function' | 'code_interpreter' | 'file_search' | 'computer_use' | 'other';
  readonly description?: string;
}

export interface ToolCall {
  readonly id?: string;
  readonly name: string;
  readonly type: 'function' | 'other';
  /** The JSON text exactly as the model wrote it, joined from its stream. */
  readonly arguments: string;
}

export interface ConversationRef {
  readonly conversation_id: string;
  /** 1 for the first request of a conversation. */
  readonly turn_number: number;
}

export interface AiRequestData {
  readonly request_id: string;
  readonly provider: ProviderInfo;
  readonly api: AiApi;
  readonly model?: ModelInfo;
  readonly auth?: {
    readonly type: 'api_key' | 'oauth' | 'none' | 'unknown';
    readonly key_prefix?: string;
    readonly key_hash?: string;
  };
  readonly request_type: 'chat' | 'completion' | 'embedding' | 'image' | 'audio' | 'moderation' | 'other';
  readonly streaming: boolean;
  readonly messages: readonly Message[];
  readonly messages_count: number;
  readonly has_system_prompt: boolean;
  readonly tools?: readonly ToolDefinition[];
  readonly tools_count: number;
  readonly tool_choice?: string;
  readonly parameters?: {
    readonly temperature?: number;
    readonly top_p?: number;
    readonly max_tokens?: number;
    readonly frequency_penalty?: number;
    readonly presence_penalty?: number;
    readonly stop?: readonly string[];
    readonly reasoning_effort?: string;
  };
  readonly has_images: boolean;
  readonly conversation: ConversationRef;
  readonly size_bytes: number;
}

export type AiApi = 'openai.chat_completions' | 'openai.responses' | 'anthropic.messages';

export interface Usage {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly total_tokens?: number;
  readonly cached_tokens?: number;
  readonly reasoning_tokens?: number;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'error' | 'other';

export interface AiResponseData {
  readonly request_id: string;
  readonly provider_request_id?: string;
  readonly provider: ProviderInfo;
  readonly api: AiApi;
  readonly model?: ModelInfo;
  readonly status_code: number;
  readonly success: boolean;
  readonly streaming: boolean;
  readonly error?: { readonly type: string; readonly message: string; readonly code?: string };
  /** What the model said, joined from its stream: one message a choice. */
  readonly choices: readonly {
    readonly index: number;
    readonly message: Message;
    readonly finish_reason?: FinishReason;
  }[];
  readonly tool_calls: readonly ToolCall[];
  readonly tool_calls_count: number;
  readonly usage?: Usage;
  /** Absent when the request was not seen. */
  readonly latency_ms?: number;
  readonly time_to_first_token_ms?: number;
  readonly finish_reason?: FinishReason;
  readonly conversation: ConversationRef;
  readonly size_bytes: number;
}

interface AgentToolCallData {
  readonly request_id: string;
  readonly call_id?: string;
  readonly tool: {
    readonly name: string;
    readonly type: string;
    readonly provider?: string;
    readonly server?: string;
  };
  readonly triggered_by: 'llm_decision';
  readonly arguments: string;
  readonly conversation: ConversationRef;
}

interface AgentToolResultData {
  readonly request_id: string;
  readonly call_id?: string;
  readonly tool: { readonly name: string; readonly type: string };
  readonly success: boolean;
  readonly result: string;
  readonly result_size_bytes: number;
  readonly conversation: ConversationRef;
}

interface ProcessExecData {
  readonly exe: string;
  readonly args: readonly string[];
  readonly args_truncated: boolean;
  readonly cwd?: string;
  readonly is_shell?: boolean;
  /** True for processes that were running before the sensor started. */
  readonly already_running?: boolean;
  readonly namespaces?: {
    readonly mount: number;
    readonly pid: number;
    readonly net: number;
    readonly user: number;
  };
}

interface ProcessExitData {
  readonly exit_code: number;
  readonly signal?: number;
  readonly signal_name?: string;
  readonly runtime_ms: number;
  readonly cpu_user_ms: number;
  readonly cpu_system_ms: number;
  readonly max_rss_kb: number;
  readonly termination_type: 'normal' | 'signaled' | 'coredump';
}

interface ProcessForkData {
  readonly child_pid: number;
  readonly child_exec_id: string;
  readonly is_thread: false;
}

export type AiRequestEvent = Envelope<'ai.request', AiRequestData>;
export type AiResponseEvent = Envelope<'ai.response', AiResponseData>;
export type AgentToolCallEvent = Envelope<'agent.tool_call', AgentToolCallData>;
export type AgentToolResultEvent = Envelope<'agent.tool_result', AgentToolResultData>;
export type ProcessExecEvent = Envelope<'process.exec', ProcessExecData>;
export type ProcessExitEvent = Envelope<'process.exit', ProcessExitData>;
export type ProcessForkEvent = Envelope<'process.fork', ProcessForkData>;

/** Not exported from the package entry: a raw event cannot be named outside the engine. */
export type Event =
  | AiRequestEvent
  | AiResponseEvent
  | AgentToolCallEvent
  | AgentToolResultEvent
  | ProcessExecEvent
  | ProcessExitEvent
  | ProcessForkEvent;

declare const redacted: unique symbol;

/** An event that went through redaction: the only form that leaves the engine. */
export type RedactedEvent = Event & { readonly [redacted]: true };
