/** Events on their way to the owner's thread: bounded, so that a slow owner costs events, not memory. */
import type { RedactedEvent } from '../event/types.ts';

export interface Outgoing {
  /** Posts a batch, or drops and counts it when too much is under way. */
  offer(events: readonly RedactedEvent[], ktimeUs: readonly number[]): void;
  acknowledge(events: number): void;
  /** Resolves when there is room: for sources that can wait. */
  room(): Promise<void>;
  readonly dropped: number;
}

/** Events posted and not yet taken. */
const maxUnderWay = 50_000;

/** Creates the counter; `post` sends a batch. */
export function createOutgoing(
  post: (events: readonly RedactedEvent[], ktimeUs: readonly number[]) => void,
): Outgoing {
  let underWay = 0;
  let dropped = 0;
  let waiting: (() => void)[] = [];
  return {
    offer(events, ktimeUs) {
      if (underWay > 0 && underWay + events.length > maxUnderWay) {
        dropped += events.length;
        return;
      }
      underWay += events.length;
      post(events, ktimeUs);
    },
    acknowledge(events) {
      underWay -= events;
      if (underWay > maxUnderWay / 2) return;
      const resume = waiting;
      waiting = [];
      for (const next of resume) next();
    },
    room: () =>
      underWay <= maxUnderWay / 2 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    get dropped() {
      return dropped;
    },
  };
}
