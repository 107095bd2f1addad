/** The part of an event that is the same for all types. */
import { formatTime, type WallClock } from '../host/clock.ts';
import type { Enricher } from '../enrich/enricher.ts';
import type { ProcessEntry } from '../enrich/process-table.ts';
import type { ActorInfo, Confidence, HostInfo, ProcessInfo, SourceInfo } from './types.ts';

export interface EventContext {
  readonly host: HostInfo;
  readonly clock: WallClock;
  readonly enricher: Enricher;
  readonly collectorVersion: string;
  /** The records come from a trace file. */
  readonly replayed: boolean;
  newId(): string;
}

type CapturePoint = NonNullable<SourceInfo['capture_point']>;

export interface EnvelopeFields {
  readonly oisp_version: '0.1';
  readonly event_id: string;
  readonly ts: string;
  readonly ts_mono: string;
  readonly host: HostInfo;
  readonly actor?: ActorInfo;
  readonly process: ProcessInfo;
  readonly source: SourceInfo;
}

const methods: { readonly [Point in CapturePoint]: SourceInfo['capture_method'] } = {
  ssl_write: 'ebpf_uprobe',
  ssl_read: 'ebpf_uprobe',
  sched_process_exec: 'ebpf_tracepoint',
  sched_process_exit: 'ebpf_tracepoint',
  sched_process_fork: 'ebpf_tracepoint',
  proc: 'other',
};

export interface Occurrence {
  readonly entry: ProcessEntry;
  /** Microseconds of CLOCK_MONOTONIC. */
  readonly atUs: number;
  readonly point: CapturePoint;
  readonly tid?: number;
  /** The event names the ancestors of the process. */
  readonly ancestors: boolean;
}

/** What does not change between the events of one pipeline: one object each, so that redaction knows it again. */
const sources = new WeakMap<EventContext, Map<CapturePoint, SourceInfo>>();

function sourceOf(context: EventContext, point: CapturePoint): SourceInfo {
  const own = sources.get(context) ?? new Map<CapturePoint, SourceInfo>();
  sources.set(context, own);
  const known = own.get(point) ?? {
    collector: 'eyrie',
    collector_version: context.collectorVersion,
    capture_method: methods[point],
    capture_point: point,
    ...(context.replayed ? { replayed: true } : {}),
  };
  own.set(point, known);
  return known;
}

/** Builds the envelope of something that a process did. */
export function buildEnvelope(
  context: EventContext,
  { entry, atUs, point, tid, ancestors }: Occurrence,
): EnvelopeFields {
  const actor = context.enricher.actor(entry);
  return {
    oisp_version: '0.1',
    event_id: context.newId(),
    ts: formatTime(context.clock.fromMonotonicUs(atUs)),
    // the decoder keeps microseconds; times of CLOCK_MONOTONIC are never negative
    ts_mono: `${Math.max(0, Math.floor(atUs))}000`,
    host: context.host,
    ...(actor === undefined ? {} : { actor }),
    process: ancestors ? context.enricher.processInfo(entry, tid) : context.enricher.ownInfo(entry),
    source: sourceOf(context, point),
  };
}

/** Says in the confidence what enrichment does not know about the process. */
export function withProcessKnowledge(confidence: Confidence, entry: ProcessEntry): Confidence {
  // the kernel named the process in the record itself, whatever else is known about it
  const attributed: Confidence = { ...confidence, process_attribution: 'direct' };
  if (entry.exe !== undefined) return attributed;
  return {
    ...attributed,
    level: confidence.level === 'high' ? 'medium' : confidence.level,
    completeness: confidence.completeness === 'full' ? 'partial' : confidence.completeness,
    missing: [...(confidence.missing ?? []), 'process_details'],
  };
}
