import type { CaptureStatus } from '../graphql/capture-status.ts';
import type { Readiness, ReadinessProblem } from '../http/readiness.ts';
import type { DropCount, MetricSources, StageCount } from '../metrics/sources.ts';
import type { Core } from './start-core.ts';

/** What the running core says about itself, in the words of each place that asks. */
export interface Reporter {
  readiness(): Readiness;
  captureStatus(): CaptureStatus;
  /** For `/api/v1/status`. */
  status(): Promise<Readonly<Record<string, unknown>>>;
  readonly metricSources: MetricSources;
}

export interface ReportFacts {
  readonly version: string;
  readonly startedAt: Date;
  /** Sessions that were active lately. */
  readonly countSessions: () => number;
}

/** Reads everything at the moment it is asked; keeps nothing. */
export function createReporter(core: Core, facts: ReportFacts): Reporter {
  const { capture, ingest, stores, bus } = core;

  function problems(): readonly ReadinessProblem[] {
    const { state, problem } = stores.writer.stats();
    const store: readonly ReadinessProblem[] =
      state === 'ok'
        ? []
        : [{ part: 'store', problem: 'Events are not being stored.', fix: problem ?? 'See the log.' }];
    return [...capture.problems(), ...store];
  }

  function dropped(): readonly DropCount[] {
    const { dropped: notStored, refusedProcesses } = stores.writer.stats();
    const store = Object.entries(notStored);
    return [
      ...capture.counts().dropped,
      { stage: 'ingest', reason: 'unmappable', total: ingest.stats().unmappable },
      ...store.map(([reason, total]) => ({ stage: 'store', reason, total })),
      { stage: 'store', reason: 'refused_process', total: refusedProcesses },
      { stage: 'bus', reason: 'slow_subscriber', total: bus.stats().dropped },
      { stage: 'bus', reason: 'filter_failed', total: bus.stats().filterFailures },
    ];
  }

  function stages(): readonly StageCount[] {
    const store = stores.writer.stats();
    const { received, emitted } = ingest.stats();
    const { published, delivered } = bus.stats();
    return [
      ...capture.counts().stages,
      { stage: 'store', received: store.received, emitted: store.stored },
      { stage: 'ingest', received, emitted },
      { stage: 'bus', received: published, emitted: delivered },
    ];
  }

  function readiness(): Readiness {
    const found = problems();
    return { ready: found.length === 0, problems: found };
  }

  function captureStatus(): CaptureStatus {
    const { ready, problems: found } = readiness();
    return {
      ready,
      reasons: found.map(({ problem, fix }) => `${problem} ${fix}`),
      families: capture.families(),
      targets: capture.targets(),
      eventsTotal: stores.writer.stats().stored,
      lostTotal: countLost(dropped()),
      behindMs: ingest.stats().behindMs,
      stages: stages(),
      drops: dropped()
        .filter(({ total }) => total > 0)
        .map(({ stage, reason, total, isIntended }) => ({
          stage,
          reason,
          total,
          isIntended: isIntended === true,
        })),
    };
  }

  return {
    readiness,
    captureStatus,
    async status() {
      const { eventsTotal, lostTotal, behindMs, families, targets } = captureStatus();
      return {
        version: facts.version,
        started_at: facts.startedAt.toISOString(),
        ...readiness(),
        capture: { families, targets, behind_ms: behindMs },
        events_total: eventsTotal,
        lost_total: lostTotal,
        dropped: dropped()
          .filter(({ total }) => total > 0)
          .map(({ stage, reason, total, isIntended }) => ({
            stage,
            reason,
            total,
            intended: isIntended === true,
          })),
        stages: stages(),
        store: await stores.reader.countStore(),
      };
    },
    metricSources: {
      captureBytes: () => capture.counts().bytes,
      dropped,
      lost: () => countLost(dropped()),
      stages,
      rings: () => capture.counts().rings,
      tlsTargets() {
        const targets = capture.targets();
        const captured = targets.filter((target) => target.captured).length;
        return { captured, notCaptured: targets.length - captured };
      },
      async databaseBytes() {
        const { databaseBytes, walBytes } = await stores.reader.countStore();
        return databaseBytes + walBytes;
      },
      subscribers: () => bus.stats().subscribers,
      connections: () => capture.counts().connections,
      sessions: facts.countSessions,
      ready: () => readiness().ready,
    },
  };
}

/** What is missing from the store. A slow page lost nothing: the events are stored; and what is left out on purpose is not lost. */
function countLost(drops: readonly DropCount[]): number {
  return drops
    .filter(({ stage, isIntended }) => stage !== 'bus' && isIntended !== true)
    .reduce((sum, { total }) => sum + total, 0);
}
