/** The end of the pipeline: each event is redacted when it is made, and leaves in batches. */
import type { Event, RedactedEvent } from '../event/types.ts';
import type { ErrorLog } from './error-log.ts';
import type { EmitEvents } from './types.ts';

export interface Outbox {
  add(event: Event, ktimeUs: number): void;
  flush(): void;
  stats(): {
    readonly received: number;
    readonly redactErrors: number;
    readonly emitted: Readonly<Record<string, number>>;
  };
}

export interface OutboxDeps {
  readonly emit: EmitEvents;
  readonly redact: (event: Event) => RedactedEvent;
  readonly errors: ErrorLog;
}

/** A batch is handed on at this size even in the middle of a push. */
const maxBatch = 512;

/** Creates an empty outbox. */
export function createOutbox({ emit, redact, errors }: OutboxDeps): Outbox {
  let events: RedactedEvent[] = [];
  let times: number[] = [];
  let received = 0;
  let redactErrors = 0;
  const emitted = new Map<string, number>();

  const flush = (): void => {
    if (events.length === 0) return;
    const [batch, ktimeUs] = [events, times];
    events = [];
    times = [];
    // a receiver that fails costs its batch, not the pipeline
    errors.guard('emit', () => emit(batch, ktimeUs));
  };

  return {
    flush,
    add(event, ktimeUs) {
      received += 1;
      const done = errors.guard('redact', () => {
        events.push(redact(event));
        times.push(ktimeUs);
      });
      if (!done) {
        redactErrors += 1;
        return;
      }
      emitted.set(event.event_type, (emitted.get(event.event_type) ?? 0) + 1);
      if (events.length >= maxBatch) flush();
    },
    stats: () => ({ received, redactErrors, emitted: Object.fromEntries(emitted) }),
  };
}
