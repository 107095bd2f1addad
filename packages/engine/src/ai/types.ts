/**
 * What stage 4 gives to enrichment: AI messages assembled from TLS plaintext, and the interface by which it is driven.
 * Nothing here holds a credential: authentication headers become type, prefix and hash before a message is made.
 */
import type { AiRequestData, AiResponseData, Confidence } from '../event/types.ts';
import type { ConnectionIdentity, TlsDataInput, TlsStateInput } from '../stream/types.ts';

/** Unique within one tracker; request and response of one exchange carry the same. */
export type ExchangeId = number;

/** Which end of the connection the captured process is. When both ends run here, each yields an exchange of its own. */
type ConnectionRole = 'client' | 'server';

export interface MessageConnection extends ConnectionIdentity {
  /** Thread that made the TLS call with the first byte of the message: information only, never used for pairing. */
  readonly tid: number;
  readonly fd?: number;
  readonly uid: number;
  readonly cgroupId: number | bigint;
  readonly role: ConnectionRole;
  /** `ssl_write` when the captured process wrote the message, else `ssl_read`. */
  readonly capturePoint: 'ssl_write' | 'ssl_read';
  /** Value of the Host header, lower case, without port when it is 443. Unknown for a response without its request. */
  readonly host?: string;
}

/**
 * Stable words of `confidence.reasons`, besides `tls_boundary_capture` which is always first:
 * - `stream_gap`: the kernel could not send bytes of this message
 * - `attached_mid_stream`: the connection was open before capture began
 * - `resumed_after_gap`: the first message found in its direction after a loss
 * - `paired_after_gap`: the partner was found again after a loss by order and time, not by an unbroken stream
 * - `connection_closed`, `process_exited`, `connection_idle`, `capture_stopped`: the message had not ended then
 * - `body_limit`, `memory_limit`: the message is larger than what is kept
 * - `content_coding_failed`, `content_coding_unsupported`: compressed bytes could not be decoded to their end
 * - `malformed_json`, `malformed_stream`, `malformed_http`: could not be read to its end
 * - `ended_early`: the body ended in order, but the stream in it had not said its last word
 * - `no_body`: the message has none
 * - `conflicting_framing`: both Transfer-Encoding and Content-Length
 */
type MessageConfidence = Confidence;

interface MessageCommon {
  readonly exchangeId: ExchangeId;
  readonly connection: MessageConnection;
  /** First byte of the message, microseconds of CLOCK_MONOTONIC. */
  readonly startUs: number;
  /** Last byte that was seen. */
  readonly endUs: number;
  /** Offset of the first byte of the message in its direction's stream. */
  readonly streamPosition: number;
  readonly confidence: MessageConfidence;
}

/** `AiRequestData` without what only enrichment knows. */
export type AiRequestFields = Omit<AiRequestData, 'request_id' | 'conversation'>;

export interface AiRequestMessage extends MessageCommon {
  readonly kind: 'request';
  readonly data: AiRequestFields;
  /** Identifiers in the body that tie this request to earlier ones. */
  readonly links: {
    /** OpenAI Responses: id of the response this request continues. */
    readonly previousResponseId?: string;
    /** OpenAI Responses: id of the provider's stored conversation. */
    readonly conversationId?: string;
  };
}

/** `AiResponseData` without what only enrichment knows; the latency is unknown when the request was not seen. */
export type AiResponseFields = Omit<AiResponseData, 'request_id' | 'conversation' | 'latency_ms'> & {
  readonly latency_ms?: number;
};

export interface AiResponseMessage extends MessageCommon {
  readonly kind: 'response';
  readonly data: AiResponseFields;
  /** False for a response whose request was never emitted: `missing` then has `request_not_seen`. */
  readonly requestSeen: boolean;
  /** Id the body gives itself: `chatcmpl-…`, `resp_…`, `msg_…`. */
  readonly responseId?: string;
}

/** A request that was emitted and will never get a response here: what is kept for the exchange can be let go. */
export interface AiUnanswered {
  readonly kind: 'unanswered';
  readonly exchangeId: ExchangeId;
  readonly connection: MessageConnection;
  readonly reason:
    | 'connection_closed'
    | 'process_exited'
    | 'connection_idle'
    | 'capture_stopped'
    | 'stream_gap'
    | 'protocol_changed'
    | 'limit';
  readonly atUs: number;
}

/** Why bytes or messages went no further; every key is always present in the statistics. */
export type StreamDropReason =
  | 'duplicate'
  | 'stream_gap'
  | 'unsynchronised'
  | 'not_http'
  | 'http2'
  | 'upgraded'
  | 'invalid_http'
  | 'not_ai'
  | 'unsupported_endpoint'
  | 'body_limit'
  | 'memory_limit'
  | 'connection_limit'
  | 'connection_idle'
  | 'pairing_lost'
  | 'orphan_response'
  | 'after_close';

export interface DropCount {
  /** Messages, connections or records, whichever the reason is about. */
  readonly count: number;
  readonly bytes: number;
}

export interface TrackerStats {
  readonly records: number;
  readonly bytes: number;
  readonly openConnections: number;
  readonly bufferedBytes: number;
  /** HTTP messages whose head was read, AI or not. */
  readonly requests: number;
  readonly responses: number;
  readonly emittedRequests: number;
  readonly emittedResponses: number;
  readonly unanswered: number;
  /** Of the emitted, those not `full`. */
  readonly partial: number;
  readonly drops: Readonly<Record<StreamDropReason, DropCount>>;
}

export interface TrackerLimits {
  readonly maxConnections: number;
  /** Bytes buffered by all connections together. */
  readonly maxBufferedBytes: number;
  /** Bytes kept of one message body, as it travels. */
  readonly maxBodyBytes: number;
  /** Bytes one body may become when it is decompressed. */
  readonly maxDecodedBytes: number;
  /** A connection without a byte for this long is forgotten. */
  readonly idleUs: number;
}

export interface ExchangeTrackerOptions {
  onRequest(message: AiRequestMessage): void;
  onResponse(message: AiResponseMessage): void;
  onUnanswered?(end: AiUnanswered): void;
  readonly limits?: Partial<TrackerLimits>;
  /** Hosts an administrator configured as AI endpoints, besides the built-in ones. */
  isAiHost?(host: string): boolean;
}

/** Drives stage 4. Synchronous, never throws on input; callbacks run inside these calls and must not throw. */
export interface ExchangeTracker {
  tlsData(record: TlsDataInput): void;
  tlsState(record: TlsStateInput): void;
  /** The process is gone: its open messages end here. */
  processExited(startBoottimeUs: number, tgid: number, atUs: number): void;
  /** Expires idle connections; call every second or so with the time of CLOCK_MONOTONIC. */
  tick(nowUs: number): void;
  /** Capture stops: every open message is emitted as partial and all state is released. */
  flush(): void;
  stats(): TrackerStats;
}
