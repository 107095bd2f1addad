import type { EngineStats } from '@eyrie/engine';
import type { DropCount, StageCount } from '../metrics/sources.ts';
import type { CaptureCounts } from './capture.ts';

type StreamDropReason = keyof EngineStats['pipeline']['streams']['drops'];

/** Whether each reason means that something of interest is missing, or that Eyrie left out what it is not meant to keep. */
const isIntended: Record<StreamDropReason, boolean> = {
  duplicate: true,
  stream_gap: false,
  // Connections that were open before capture began: nothing was lost, they were never seen.
  unsynchronised: true,
  not_http: true,
  // Not decoded yet, and most of it is browsers: shown as left out, because calling it lost would drown what really was.
  http2: true,
  upgraded: true,
  invalid_http: false,
  not_ai: true,
  unsupported_endpoint: true,
  body_limit: false,
  memory_limit: false,
  connection_limit: false,
  connection_idle: true,
  pairing_lost: false,
  orphan_response: false,
  after_close: true,
};

/** The engine's statistics as running totals by stage and reason. */
export function toCaptureCounts({
  pipeline,
  sensor,
  receiverDropped,
  beforeScope,
}: EngineStats): CaptureCounts {
  const { decode, streams, enrich, redact } = pipeline;
  const connections = streams.openConnections;
  const redacted = sum(Object.values(pipeline.emitted));
  const dropped: DropCount[] = [
    { stage: 'decode', reason: 'unknown_record', total: decode.dropped.unknown },
    { stage: 'decode', reason: 'short_record', total: decode.dropped.short },
    ...Object.entries(streams.drops).map(([reason, { count }]) => ({
      stage: 'streams',
      reason,
      total: count,
      isIntended: isStreamReason(reason) && isIntended[reason],
    })),
    { stage: 'enrich', reason: 'server_side', total: enrich.dropped.server_side, isIntended: true },
    { stage: 'enrich', reason: 'error', total: enrich.dropped.error },
    { stage: 'redact', reason: 'error', total: redact.dropped.error },
    { stage: 'engine', reason: 'slow_receiver', total: receiverDropped },
    // Made between attaching and the moment the scope was in force: nobody asked for them.
    { stage: 'engine', reason: 'before_scope', total: beforeScope, isIntended: true },
  ];
  const stages: StageCount[] = [
    {
      stage: 'decode',
      received: decode.records + decode.dropped.unknown + decode.dropped.short,
      emitted: decode.records,
    },
    {
      stage: 'streams',
      received: streams.records,
      emitted: streams.emittedRequests + streams.emittedResponses,
    },
    { stage: 'enrich', received: enrich.received, emitted: enrich.emitted },
    { stage: 'redact', received: redact.events + redact.dropped.error, emitted: redacted },
  ];
  if (sensor === undefined) return { bytes: decode.bytes, dropped, stages, rings: [], connections };
  const sent = sum(Object.values(sensor.sent));
  const notSent = Object.entries(sensor.dropped);
  return {
    bytes: sensor.bytes,
    dropped: [
      ...notSent.map(([reason, total]) => ({ stage: 'kernel', reason, total })),
      { stage: 'handoff', reason: 'full', total: sensor.handoffDropped },
      { stage: 'handoff', reason: 'bad_record', total: sensor.badRecords },
      ...dropped,
    ],
    stages: [
      { stage: 'kernel', received: sent + sum(notSent.map(([, total]) => total)), emitted: sent },
      { stage: 'handoff', received: sent, emitted: sensor.records },
      ...stages,
    ],
    connections,
    rings: [{ ring: 'events', sizeBytes: sensor.ringBytes, pendingBytes: sensor.ringPending }],
  };
}

function isStreamReason(reason: string): reason is StreamDropReason {
  return Object.hasOwn(isIntended, reason);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
