import type { EventInput, ProcessInput } from '../event-input.ts';

/**
 * How events travel to the writer thread. Process events, which come by the hundred thousand, are a table of numbers
 * and a list of distinct strings; their payloads are one string. Structured clone then costs the sender what plain
 * objects cost (0.8 µs an event) and the thread a quarter (0.5 µs for 1.7; JSON text was 1.8 and dearer to make).
 * AI events are few and large and travel as they are.
 */
export interface EventBatch {
  readonly count: number;
  /** `NUMBERS_PER_EVENT` for each event, in the order of `put` below; all 0 for an event of `others`. */
  readonly numbers: Float64Array;
  readonly strings: readonly string[];
  readonly payloads: string;
  readonly others: readonly EventInput[];
  /**
   * Related processes of the table's events, each once: nearly every event of a host names the same few ancestors.
   * Unpacking gives them all to the first event, which stores the same.
   */
  readonly mentioned: readonly ProcessInput[];
}

const eventTypes = ['process.exec', 'process.exit', 'process.fork'] as const;
const completenessNames = ['metadata_only', 'partial', 'full'] as const;

const NUMBERS_PER_EVENT = 24;

const noProcesses: readonly ProcessInput[] = [];

/** Place of the payload length: 0 never is one, so it also tells an event of the table from one of `others`. */
const PAYLOAD_LENGTH = 0;

/** True for an event the table can carry. */
function isPlain(event: EventInput): boolean {
  const { ai, searchText } = event;
  return !ai && !searchText && event.payload.length > 0 && typeIndex(event) >= 0;
}

const typeIndex = (event: EventInput): number => eventTypes.findIndex((type) => type === event.eventType);

/** Packs events for the thread. The result holds nothing of the caller's arrays that changes later. */
export function encodeEvents(events: readonly EventInput[]): EventBatch {
  const numbers = new Float64Array(events.length * NUMBERS_PER_EVENT);
  const strings: string[] = [];
  const places = new Map<string, number>();
  const payloads: string[] = [];
  const others: EventInput[] = [];
  const mentioned = new Map<string, ProcessInput>();

  const placeOf = (text: string | null | undefined): number => {
    if (text === null || text === undefined) return -1;
    let place = places.get(text);
    if (place === undefined) {
      place = strings.push(text) - 1;
      places.set(text, place);
    }
    return place;
  };

  let at = 0;
  const put = (value: number | null | undefined): void => {
    numbers[at++] = value ?? Number.NaN;
  };

  const putProcess = (process: ProcessInput): void => {
    put(placeOf(process.execId));
    put(process.pid);
    put(process.ppid);
    put(placeOf(process.parentExecId));
    put(placeOf(process.exe));
    put(placeOf(process.name));
    put(placeOf(process.cmdline));
    put(placeOf(process.cwd));
    put(process.uid);
    put(placeOf(process.user));
    put(placeOf(process.containerId));
    put(process.startUs);
    put(process.endUs);
    put(process.exitCode);
    put(process.signal);
  };

  events.forEach((event, index) => {
    at = index * NUMBERS_PER_EVENT;
    if (!isPlain(event)) {
      others.push(event);
      return;
    }
    for (const process of event.relatedProcesses ?? []) {
      if (!mentioned.has(process.execId)) mentioned.set(process.execId, process);
    }
    payloads.push(event.payload);
    put(event.payload.length);
    // Every event has another id: looking it up would find nothing.
    put(strings.push(event.eventId) - 1);
    put(typeIndex(event));
    put(event.timeUs);
    put(completenessNames.indexOf(event.completeness));
    put(event.redactionCount);
    put(placeOf(event.summary));
    if (event.process) putProcess(event.process);
    else put(-1);
  });
  return {
    count: events.length,
    numbers,
    strings,
    payloads: payloads.join(''),
    others,
    mentioned: [...mentioned.values()],
  };
}

/** Unpacks what `encodeEvents` packed, in the same order. */
export function decodeEvents(batch: EventBatch): EventInput[] {
  const { numbers, strings, payloads } = batch;
  const events: EventInput[] = [];
  let at = 0;
  let payloadAt = 0;
  let other = 0;
  let mentioned = batch.mentioned;

  const number = (): number => numbers[at++] ?? Number.NaN;
  const optional = (): number | null => {
    const value = number();
    return Number.isNaN(value) ? null : value;
  };
  const text = (): string | null => strings[number()] ?? null;

  const process = (): ProcessInput | null => {
    const execId = text();
    if (execId === null) return null;
    return {
      execId,
      pid: number(),
      ppid: optional(),
      parentExecId: text(),
      exe: text(),
      name: text(),
      cmdline: text(),
      cwd: text(),
      uid: optional(),
      user: text(),
      containerId: text(),
      startUs: optional(),
      endUs: optional(),
      exitCode: optional(),
      signal: optional(),
    };
  };

  for (let index = 0; index < batch.count; index += 1) {
    at = index * NUMBERS_PER_EVENT;
    const payloadLength = numbers[at + PAYLOAD_LENGTH] ?? 0;
    if (payloadLength === 0) {
      const event = batch.others[other++];
      if (event !== undefined) events.push(event);
      continue;
    }
    at += 1;
    events.push({
      payload: payloads.slice(payloadAt, payloadAt + payloadLength),
      eventId: text() ?? '',
      eventType: eventTypes[number()] ?? 'process.exec',
      timeUs: number(),
      completeness: completenessNames[number()] ?? 'metadata_only',
      redactionCount: number(),
      summary: text() ?? '',
      process: process(),
      relatedProcesses: mentioned,
    });
    mentioned = noProcesses;
    payloadAt += payloadLength;
  }
  return events;
}
