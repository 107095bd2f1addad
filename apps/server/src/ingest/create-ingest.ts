import type { CommitInfo, EventInput, EventReader, EventWriter } from '@eyrie/db';
import { processRowOf, type RedactedEvent } from '@eyrie/engine';
import type { Logger } from '../log/create-logger.ts';
import type { Bus } from './bus.ts';
import { toLiveEvent, type LiveEvent } from './live-event.ts';
import { toEventInput } from './to-event-input.ts';

export interface IngestDeps {
  readonly writer: EventWriter;
  readonly reader: Pick<EventReader, 'findEventsAfterId'>;
  readonly bus: Bus<LiveEvent>;
  readonly log: Logger;
  /** Told of what was committed; latencies are kernel to commit, for events that were not replayed. */
  observeStored(events: readonly EventInput[], latenciesUs: readonly number[]): void;
}

interface IngestStats {
  readonly received: number;
  readonly emitted: number;
  /** Events whose shape could not be stored: a defect, never the traffic's fault. */
  readonly unmappable: number;
  /** From the kernel's completion of the newest event of the last commit to that commit, milliseconds. */
  readonly behindMs: number;
}

export interface Ingest {
  /**
   * Takes events from the engine and returns at once; the writer's bounded queue is the only one. Never throws.
   * `ktimeUs[n]` is CLOCK_MONOTONIC of the last kernel record of `events[n]`, microseconds.
   */
  accept(events: readonly RedactedEvent[], ktimeUs: readonly number[]): void;
  /** Resolves when everything accepted so far is committed, or counted as lost, and published. */
  settle(): Promise<void>;
  stats(): IngestStats;
}

interface Mapped {
  readonly inputs: readonly EventInput[];
  /** When the kernel completed each of them, wall-clock microseconds; undefined for those that were replayed. */
  readonly completedUs: readonly (number | undefined)[];
}

/** The stored events of a batch, and the places they had in it. */
interface Stored {
  readonly events: readonly LiveEvent[];
  readonly places: readonly number[] | undefined;
}

/** Most rows `findEventsAfterId` gives at once. */
const readBackPage = 1000;

/** All of them, or those at the given places. */
function pick<Value>(values: readonly Value[], places: readonly number[] | undefined): readonly Value[] {
  if (places === undefined) return values;
  const wanted = new Set(places);
  return values.filter((_, place) => wanted.has(place));
}

function isReplayed(event: RedactedEvent): boolean {
  return processRowOf(event)?.replayed ?? event.source.replayed === true;
}

/** Carries redacted events into the store and, in commit order, from there to the bus and the metrics. */
export function createIngest(deps: IngestDeps): Ingest {
  const counts = { received: 0, emitted: 0, unmappable: 0, behindMs: 0 };
  let last: Promise<void> = Promise.resolve();

  function map(events: readonly RedactedEvent[], ktimeUs: readonly number[]): Mapped {
    const inputs: EventInput[] = [];
    const completedUs: (number | undefined)[] = [];
    const bootUs = Date.now() * 1000 - Number(process.hrtime.bigint() / 1000n);
    for (const [index, event] of events.entries()) {
      try {
        const ktime = isReplayed(event) ? undefined : ktimeUs[index];
        inputs.push(toEventInput(event));
        completedUs.push(ktime === undefined ? undefined : ktime + bootUs);
      } catch (error) {
        counts.unmappable += 1;
        deps.log.error({ type: event.event_type, err: error }, 'an event can not be stored');
      }
    }
    return { inputs, completedUs };
  }

  async function publish(mapped: Mapped, commit: CommitInfo): Promise<void> {
    if (commit.stored === 0) return;
    const { events, places } = await findStored(mapped.inputs, commit);
    const latenciesUs: number[] = [];
    let leastUs = Number.POSITIVE_INFINITY;
    for (const completedUs of pick(mapped.completedUs, places)) {
      if (completedUs === undefined) continue;
      latenciesUs.push(commit.committedUs - completedUs);
      leastUs = Math.min(leastUs, commit.committedUs - completedUs);
    }
    counts.emitted += events.length;
    if (latenciesUs.length > 0) counts.behindMs = Math.max(0, leastUs) / 1000;
    deps.observeStored(pick(mapped.inputs, places), latenciesUs);
    deps.bus.publish(events);
  }

  /** What the commit stored. Only with duplicates or refused rows among the batch it is read back, to know which. */
  async function findStored(inputs: readonly EventInput[], commit: CommitInfo): Promise<Stored> {
    if (commit.stored === inputs.length) {
      return {
        events: inputs.map((input, index) => toLiveEvent(input, commit.firstId + index)),
        places: undefined,
      };
    }
    const stored: LiveEvent[] = [];
    for (let after = commit.firstId - 1; after < commit.lastId;) {
      const rows = await deps.reader.findEventsAfterId(after, readBackPage);
      const lastRow = rows.at(-1);
      if (lastRow === undefined) break;
      stored.push(...rows.filter((row) => row.id <= commit.lastId));
      after = lastRow.id;
    }
    const ids = new Set(stored.map((event) => event.eventId));
    return {
      events: stored,
      places: [...inputs.keys()].filter((place) => ids.has(inputs[place]?.eventId ?? '')),
    };
  }

  return {
    accept(events, ktimeUs) {
      if (events.length === 0) return;
      counts.received += events.length;
      const mapped = map(events, ktimeUs);
      const written = deps.writer.write(mapped.inputs);
      last = last
        .then(async () => publish(mapped, await written))
        .catch((error: unknown) => {
          deps.log.error({ err: error }, 'stored events could not be published; pages that reload show them');
        });
    },
    settle: async () => last,
    stats: () => ({ ...counts }),
  };
}
