/** A process event as it crosses to the owner's thread: the text of the event, and the values it is found by. */
import type { Completeness, RedactedEvent } from './types.ts';

/** What a process event tells of one process; null: not known. Times in microseconds since 1970. */
export interface ProcessColumns {
  readonly execId: string;
  readonly pid: number;
  readonly ppid: number | null;
  readonly parentExecId: string | null;
  readonly exe: string | null;
  readonly name: string | null;
  readonly cmdline: string | null;
  readonly cwd: string | null;
  readonly containerId: string | null;
  readonly startUs: number | null;
}

interface CommonColumns {
  /** The whole redacted event as JSON text. */
  readonly text: string;
  readonly eventId: string;
  readonly timeUs: number;
  readonly completeness: Completeness;
  /** Values that were replaced. */
  readonly redactions: number;
  readonly replayed: boolean;
  readonly process: ProcessColumns;
  readonly uid: number | null;
  readonly user: string | null;
  /** Nearest parent first, each linked to the next. */
  readonly ancestors: readonly ProcessColumns[];
}

/** Made from a redacted event only, by `packEvents`. */
export type ProcessEventRow =
  | (CommonColumns & {
      readonly eventType: 'process.exec';
      readonly exe: string;
      readonly cwd: string | null;
      /** The arguments with spaces between them. */
      readonly command: string;
    })
  | (CommonColumns & {
      readonly eventType: 'process.exit';
      readonly exitCode: number;
      readonly signal: number | null;
      readonly signalName: string | null;
    })
  | (CommonColumns & {
      readonly eventType: 'process.fork';
      readonly childPid: number;
      readonly childExecId: string;
    });

/**
 * Stands for an event that crossed as a row: what most receivers ask for is at hand, the rest is read from the text when
 * somebody asks.
 */
class CrossedEvent {
  readonly #row: ProcessEventRow;
  #opened: RedactedEvent | undefined;

  constructor(row: ProcessEventRow) {
    this.#row = row;
  }

  static rowOf(event: object): ProcessEventRow | undefined {
    return #row in event ? event.#row : undefined;
  }

  get event_id(): string {
    return this.#row.eventId;
  }
  get event_type(): ProcessEventRow['eventType'] {
    return this.#row.eventType;
  }
  get oisp_version(): RedactedEvent['oisp_version'] {
    return this.toJSON().oisp_version;
  }
  get ts(): string {
    return this.toJSON().ts;
  }
  get ts_mono(): RedactedEvent['ts_mono'] {
    return this.toJSON().ts_mono;
  }
  get host(): RedactedEvent['host'] {
    return this.toJSON().host;
  }
  get actor(): RedactedEvent['actor'] {
    return this.toJSON().actor;
  }
  get process(): RedactedEvent['process'] {
    return this.toJSON().process;
  }
  get source(): RedactedEvent['source'] {
    return this.toJSON().source;
  }
  get confidence(): RedactedEvent['confidence'] {
    return this.toJSON().confidence;
  }
  get related_events(): RedactedEvent['related_events'] {
    return this.toJSON().related_events;
  }
  get ext(): RedactedEvent['ext'] {
    return this.toJSON().ext;
  }
  get data(): RedactedEvent['data'] {
    return this.toJSON().data;
  }

  /** The event itself, as redaction made it. */
  toJSON(): RedactedEvent {
    if (this.#opened === undefined) {
      const opened: unknown = JSON.parse(this.#row.text);
      // the text is that of a redacted event: nothing else makes rows
      // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
      this.#opened = opened as RedactedEvent;
    }
    return this.#opened;
  }
}

/** The event of a row. */
export function eventOfRow(row: ProcessEventRow): RedactedEvent {
  // it has every member of the event the row was made from
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return new CrossedEvent(row) as unknown as RedactedEvent;
}

/** The row of an event that crossed as one; undefined for other events, which are plain objects. */
export function processRowOf(event: RedactedEvent): ProcessEventRow | undefined {
  return CrossedEvent.rowOf(event);
}

/** The whole event as JSON text. */
export function eventText(event: RedactedEvent): string {
  return CrossedEvent.rowOf(event)?.text ?? JSON.stringify(event);
}
