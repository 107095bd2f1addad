import type { EventInput, StoredEventWithPayload } from '@eyrie/db';

/** What the bus carries: an event exactly as the store would give it back. */
export type LiveEvent = StoredEventWithPayload;

/**
 * The event the store made of `input`, without reading it back.
 *
 * @param id the id the commit gave it: `firstId + index` when the commit stored the whole batch
 */
export function toLiveEvent(input: EventInput, id: number): LiveEvent {
  const { process, ai } = input;
  return {
    id,
    eventId: input.eventId,
    eventType: input.eventType,
    timeUs: input.timeUs,
    execId: process?.execId ?? null,
    pid: process?.pid ?? null,
    processName: process?.name ?? null,
    uid: process?.uid ?? null,
    completeness: input.completeness,
    redactionCount: input.redactionCount,
    summary: input.summary,
    conversationId: ai?.conversationId ?? null,
    turnNumber: ai?.turnNumber ?? null,
    requestId: ai?.requestId ?? null,
    connectionId: ai?.connectionId ?? null,
    provider: ai?.provider ?? null,
    model: ai?.model ?? null,
    api: ai?.api ?? null,
    statusCode: ai?.statusCode ?? null,
    success: ai?.success ?? null,
    latencyMs: ai?.latencyMs ?? null,
    ttftMs: ai?.ttftMs ?? null,
    promptTokens: ai?.promptTokens ?? null,
    completionTokens: ai?.completionTokens ?? null,
    cachedTokens: ai?.cachedTokens ?? null,
    reasoningTokens: ai?.reasoningTokens ?? null,
    payload: input.payload,
  };
}

/** A UTF-16 text needs two bytes a character; the rest of an event is about this much. */
const FIXED_BYTES = 1_024;

/** What `event` weighs in a queue, in bytes: for the bus. */
export function sizeOfLiveEvent(event: LiveEvent): number {
  return FIXED_BYTES + 2 * (event.payload.length + event.summary.length);
}
