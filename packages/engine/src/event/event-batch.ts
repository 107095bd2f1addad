/**
 * How events cross to the owner's thread. Process events, which come by the hundred thousand, are tables of numbers with a list
 * of strings, and their text is one string: structured clone of the same as objects costs both threads several times as much
 * (`npm run bench ingest`). Other events are few and cross as they are.
 */
import { createEventText, type AppendText } from './event-text.ts';
import type { ProcessEventRow } from './process-row.ts';
import type { ProcessInfo, ProcessRef, RedactedEvent } from './types.ts';

export interface EventBatch {
  readonly count: number;
  /** `rowWidth` for each event, in the order of `putRow` below; all 0 for an event of `others`. */
  readonly rows: Float64Array;
  /** `processWidth` for each process that an event of the batch names, each object once. */
  readonly processes: Float64Array;
  /** Indices of processes: each row says which stretch is its ancestors. */
  readonly ancestors: Uint32Array;
  readonly strings: readonly string[];
  readonly text: string;
  readonly others: readonly RedactedEvent[];
}

type ProcessEvent = Extract<RedactedEvent, { event_type: ProcessEventRow['eventType'] }>;

/** Codes of the table are places in these. */
export const rowTypes = ['process.exec', 'process.exit', 'process.fork'] as const;
export const completenessNames = ['metadata_only', 'partial', 'full'] as const;
/** Numbers of one event, of which the last three depend on its type, and of one process. */
export const rowWidth = 15;
export const processWidth = 10;

function isProcessEvent(event: RedactedEvent): event is ProcessEvent {
  return rowTypes.some((type) => type === event.event_type);
}

/** Microseconds since 1970 of the event model's times; NaN for other texts. Times come in order: seconds repeat. */
function createTimeReader(): (text: string) => number {
  let second = '';
  let secondUs = Number.NaN;
  return (text) => {
    if (text.length !== 27 || !text.endsWith('Z') || text.charCodeAt(19) !== 46) return Number.NaN;
    const prefix = text.slice(0, 19);
    if (prefix !== second) {
      second = prefix;
      secondUs = Date.parse(`${prefix}Z`) * 1000;
    }
    return secondUs + Number(text.slice(20, 26));
  };
}

/** Collects one batch. */
class Packer {
  readonly #rows: Float64Array;
  readonly #appendText: AppendText;
  readonly #timeOf: (text: string) => number;
  readonly #pieces: string[] = [];
  readonly #strings: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #processes: number[] = [];
  readonly #processPlaces = new Map<ProcessRef, number>();
  readonly #ancestors: number[] = [];
  readonly #others: RedactedEvent[] = [];
  readonly #count: number;

  constructor(count: number, appendText: AppendText, timeOf: (text: string) => number) {
    this.#count = count;
    this.#rows = new Float64Array(count * rowWidth);
    this.#appendText = appendText;
    this.#timeOf = timeOf;
  }

  add(event: RedactedEvent, index: number): void {
    const timeUs = isProcessEvent(event) ? this.#timeOf(event.ts) : Number.NaN;
    if (!isProcessEvent(event) || event.process === undefined || Number.isNaN(timeUs)) {
      this.#others.push(event);
      return;
    }
    this.#putRow(event, event.process, { timeUs, at: index * rowWidth });
  }

  #putRow(event: ProcessEvent, process: ProcessInfo, { timeUs, at }: { timeUs: number; at: number }): void {
    const rows = this.#rows;
    rows[at] = this.#appendText(event, this.#pieces);
    // every event has another id
    rows[at + 1] = this.#strings.push(event.event_id) - 1;
    rows[at + 2] = rowTypes.indexOf(event.event_type);
    rows[at + 3] = timeUs;
    rows[at + 4] = completenessNames.indexOf(event.confidence.completeness);
    let redactions = 0;
    for (const finding of event.ext?.redaction ?? []) redactions += finding.count;
    rows[at + 5] = redactions;
    rows[at + 6] = event.source.replayed === true ? 1 : 0;
    rows[at + 7] = this.#process(process, undefined);
    rows[at + 8] = event.actor?.uid ?? Number.NaN;
    rows[at + 9] = this.#string(event.actor?.user);
    rows[at + 10] = this.#ancestors.length;
    const { ancestors = [] } = process;
    for (const [place, ancestor] of ancestors.entries())
      this.#ancestors.push(this.#process(ancestor, ancestors[place + 1]));
    rows[at + 11] = ancestors.length;
    this.#putData(event, at + 12);
  }

  #putData(event: ProcessEvent, at: number): void {
    const rows = this.#rows;
    switch (event.event_type) {
      case 'process.exec':
        rows[at] = this.#string(event.data.exe);
        rows[at + 1] = this.#string(event.data.cwd);
        rows[at + 2] = this.#strings.push(event.data.args.join(' ')) - 1;
        break;
      case 'process.exit':
        rows[at] = event.data.exit_code;
        rows[at + 1] = event.data.signal ?? Number.NaN;
        rows[at + 2] = this.#string(event.data.signal_name);
        break;
      case 'process.fork':
        rows[at] = event.data.child_pid;
        rows[at + 1] = this.#strings.push(event.data.child_exec_id) - 1;
        break;
    }
  }

  /** Place of a process; `parent` is known for ancestors, which do not say it themselves. */
  #process(process: ProcessInfo, parent: ProcessRef | undefined): number {
    const known = this.#processPlaces.get(process);
    if (known !== undefined) return known;
    const place = this.#processPlaces.size;
    this.#processPlaces.set(process, place);
    const { start_time } = process;
    this.#processes.push(
      this.#string(process.exec_id),
      process.pid,
      process.ppid ?? parent?.pid ?? Number.NaN,
      this.#string(process.parent_exec_id ?? parent?.exec_id),
      this.#string(process.exe),
      this.#string(process.name),
      this.#string(process.cmdline),
      this.#string(process.cwd),
      this.#string(process.container_id),
      start_time === undefined ? Number.NaN : this.#timeOf(start_time),
    );
    return place;
  }

  #string(text: string | undefined): number {
    if (text === undefined) return -1;
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.#strings.push(text) - 1;
      this.#places.set(text, place);
    }
    return place;
  }

  finish(): EventBatch {
    return {
      count: this.#count,
      rows: this.#rows,
      processes: new Float64Array(this.#processes),
      ancestors: new Uint32Array(this.#ancestors),
      strings: this.#strings,
      text: this.#pieces.join(''),
      others: this.#others,
    };
  }
}

/** Creates the function that packs events in the engine's thread. It remembers what events have in common. */
export function createEventPacker(): (events: readonly RedactedEvent[]) => EventBatch {
  const appendText = createEventText();
  const timeOf = createTimeReader();
  return (events) => {
    const packer = new Packer(events.length, appendText, timeOf);
    for (const [index, event] of events.entries()) packer.add(event, index);
    return packer.finish();
  };
}
