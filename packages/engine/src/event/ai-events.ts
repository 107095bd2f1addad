/** Events about AI requests, responses and what agents do with them. */
import type { AiRequestMessage, AiResponseMessage, MessageConnection } from '../ai/types.ts';
import type { ToolResult } from '../conversation/tool-calls.ts';
import type { ProcessEntry } from '../enrich/process-table.ts';
import { buildEnvelope, withProcessKnowledge, type EventContext } from './envelope.ts';
import type {
  AgentToolCallEvent,
  AgentToolResultEvent,
  AiRequestEvent,
  AiResponseEvent,
  ConnectionInfo,
  ConversationRef,
  ToolCall,
} from './types.ts';

/** What ties the events of one exchange together. */
export interface ExchangeLinks {
  readonly requestId: string;
  readonly conversation: ConversationRef;
  /** The request's event; unknown for a response whose request was not seen. */
  readonly requestEventId?: string;
}

type AiMessage = AiRequestMessage | AiResponseMessage;

function refOf({ conversation_id, turn_number }: ConversationRef): ConversationRef {
  return { conversation_id, turn_number };
}

function connectionOf(execId: string, connection: MessageConnection, streamPosition: number): ConnectionInfo {
  return {
    connection_id: `${execId}/${connection.ssl.toString(16)}/${connection.connUs}`,
    ...(connection.fd === undefined ? {} : { fd: connection.fd }),
    ...(connection.host === undefined ? {} : { host: connection.host }),
    stream_position: streamPosition,
  };
}

type AiCommon = Pick<
  AiRequestEvent,
  'confidence' | 'ext' | 'oisp_version' | 'event_id' | 'ts' | 'host' | 'source'
>;

/** Envelope, confidence and connection of an AI message; `atUs` is when it began. */
function common(context: EventContext, entry: ProcessEntry, message: AiMessage): AiCommon {
  const { connection } = message;
  return {
    ...buildEnvelope(context, {
      entry,
      atUs: message.startUs,
      point: connection.capturePoint,
      tid: connection.tid,
      ancestors: true,
    }),
    confidence: withProcessKnowledge(message.confidence, entry),
    ext: { connection: connectionOf(context.enricher.execId(entry), connection, message.streamPosition) },
  };
}

/** A request to a model. */
export function buildRequest(
  context: EventContext,
  entry: ProcessEntry,
  message: AiRequestMessage,
  links: ExchangeLinks,
): AiRequestEvent {
  return {
    ...common(context, entry, message),
    event_type: 'ai.request',
    data: { request_id: links.requestId, ...message.data, conversation: refOf(links.conversation) },
  };
}

/** What the model answered. */
export function buildResponse(
  context: EventContext,
  entry: ProcessEntry,
  message: AiResponseMessage,
  links: ExchangeLinks,
): AiResponseEvent {
  const { requestEventId } = links;
  return {
    ...common(context, entry, message),
    event_type: 'ai.response',
    ...(requestEventId === undefined
      ? {}
      : { related_events: [{ event_id: requestEventId, relationship: 'caused_by' }] }),
    data: { request_id: links.requestId, ...message.data, conversation: refOf(links.conversation) },
  };
}

/** A tool the model asked for; `responseEventId` is the answer it was in. */
export function buildToolCall(
  context: EventContext,
  entry: ProcessEntry,
  message: AiResponseMessage,
  details: { readonly call: ToolCall; readonly links: ExchangeLinks; readonly responseEventId: string },
): AgentToolCallEvent {
  const { call, links, responseEventId } = details;
  return {
    ...common(context, entry, message),
    event_type: 'agent.tool_call',
    related_events: [{ event_id: responseEventId, relationship: 'caused_by' }],
    data: {
      request_id: links.requestId,
      ...(call.id === undefined ? {} : { call_id: call.id }),
      tool: { name: call.name, type: call.type },
      triggered_by: 'llm_decision',
      arguments: call.arguments,
      conversation: refOf(links.conversation),
    },
  };
}

/** What a tool gave back, as a later request tells the model. */
export function buildToolResult(
  context: EventContext,
  entry: ProcessEntry,
  message: AiRequestMessage,
  details: { readonly result: ToolResult; readonly links: ExchangeLinks },
): AgentToolResultEvent {
  const { result, links } = details;
  return {
    ...common(context, entry, message),
    event_type: 'agent.tool_result',
    related_events: [{ event_id: result.call.eventId, relationship: 'caused_by' }],
    data: {
      request_id: links.requestId,
      call_id: result.callId,
      tool: { name: result.call.name, type: result.call.type },
      success: !result.isError,
      result: result.text,
      result_size_bytes: Buffer.byteLength(result.text),
      conversation: refOf(links.conversation),
    },
  };
}
