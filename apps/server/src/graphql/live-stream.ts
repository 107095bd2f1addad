import { setImmediate } from 'node:timers/promises';
import type { EventFilter, EventReader } from '@eyrie/db';
import type { Bus, BusSubscription } from '../ingest/bus.ts';
import type { LiveEvent } from '../ingest/live-event.ts';
import { createEventMatcher } from './match-event.ts';

/** One message to a live client. */
export interface LiveBatch {
  readonly events: readonly LiveEvent[];
  readonly dropped: number;
}

export interface LiveStreamOptions {
  readonly bus: Bus<LiveEvent>;
  readonly reader: Pick<EventReader, 'findEventsAfterId'>;
  readonly filter: EventFilter;
  /** Store id after which the client wants everything; absent: only what comes from now on. */
  readonly afterId?: number | undefined;
  readonly batchMs: number;
  readonly batchEvents: number;
  /** Asked every `revalidateMs`; false ends the stream. A rejection ends it too: a session that can't be checked is none. */
  stillAllowed(): Promise<boolean>;
  readonly revalidateMs: number;
  /** Called when it begins to take events; null ends it, because others began meanwhile. The returned function is called at its end. */
  admit(): (() => void) | null;
}

type Step = IteratorResult<LiveBatch, undefined>;

const DONE: Step = { done: true, value: undefined };

/**
 * The batches of one live client. It takes from the bus only when the client asks for more, so a slow client fills its own
 * bounded queue and nothing else.
 *
 * It is written out and not an async generator because `return()` of a generator waits for the promise its body is suspended on:
 * a client that leaves while nothing happens would stay subscribed until the next event.
 */
export class LiveStream implements AsyncIterableIterator<LiveBatch, undefined> {
  readonly #options: LiveStreamOptions;
  readonly #matches: (event: LiveEvent) => boolean;
  #subscription: BusSubscription<LiveEvent> | undefined;
  #leave: (() => void) | undefined;
  /** Events up to this store id were delivered or were not wanted. */
  #position: number;
  #catchingUp: boolean;
  #lastBatchAt = 0;
  #closed = false;
  #wakeUp: (() => void) | undefined;
  #revalidation: NodeJS.Timeout | undefined;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
    this.#matches = createEventMatcher(options.filter);
    this.#position = options.afterId ?? 0;
    this.#catchingUp = options.afterId !== undefined;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Step> {
    if (this.#closed) return DONE;
    // Subscribed only now: a stream that is refused later (an answer type that can't stream) is never pulled and never closed.
    const subscription = (this.#subscription ??= this.#subscribe());
    if (subscription === undefined) return this.return();
    try {
      return (await this.#nextBatch(subscription)) ?? DONE;
    } catch (failure) {
      this.close();
      throw failure;
    }
  }

  return(): Promise<Step> {
    this.close();
    return Promise.resolve(DONE);
  }

  throw(): Promise<Step> {
    return this.return();
  }

  /** Ends the stream; a waiting `next()` resolves as done. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#revalidation);
    this.#subscription?.close();
    this.#leave?.();
    this.#wakeUp?.();
  }

  #subscribe(): BusSubscription<LiveEvent> | undefined {
    const leave = this.#options.admit();
    if (leave === null) return undefined;
    this.#leave = leave;
    this.#revalidation = setInterval(() => void this.#revalidate(), this.#options.revalidateMs);
    this.#revalidation.unref();
    return this.#options.bus.subscribe({
      accepts: (event) => event.id > this.#position && this.#matches(event),
      wake: () => this.#wakeUp?.(),
      ended: () => this.close(),
    });
  }

  async #revalidate(): Promise<void> {
    const allowed = await this.#options.stillAllowed().catch(() => false);
    if (!allowed) this.close();
  }

  async #nextBatch(subscription: BusSubscription<LiveEvent>): Promise<Step | undefined> {
    while (!this.#isClosed()) {
      await this.#pause();
      const batch = this.#catchingUp ? await this.#missed(subscription) : this.#live(subscription);
      if (this.#isClosed()) break;
      if (batch.events.length > 0 || batch.dropped > 0) {
        this.#lastBatchAt = performance.now();
        return { done: false, value: batch };
      }
      if (!this.#catchingUp && subscription.pending === 0) await this.#woken();
    }
    return undefined;
  }

  /** A method, because control flow analysis takes the field for unchanged across an await. */
  #isClosed(): boolean {
    return this.#closed;
  }

  /**
   * One page of what the store has after the last delivered event. Events reach the bus after they are committed, so whatever the
   * queue held or dropped before the page was read is in the store; what is published while it is read waits in the queue.
   */
  async #missed(subscription: BusSubscription<LiveEvent>): Promise<LiveBatch> {
    // The store answers without leaving the microtask queue: let requests and timers run between pages.
    await setImmediate();
    subscription.clear();
    const page = await this.#options.reader.findEventsAfterId(this.#position, this.#options.batchEvents);
    this.#position = page.at(-1)?.id ?? this.#position;
    this.#catchingUp = page.length === this.#options.batchEvents || subscription.dropped > 0;
    return { events: page.filter(this.#matches), dropped: 0 };
  }

  #live(subscription: BusSubscription<LiveEvent>): LiveBatch {
    const { events, dropped } = subscription.take(this.#options.batchEvents);
    // Queued while the store was read, and read there too.
    const fresh = events.filter((event) => event.id > this.#position);
    this.#position = fresh.at(-1)?.id ?? this.#position;
    return { events: fresh, dropped };
  }

  /** Waits until the next batch is due. */
  #pause(): Promise<void> {
    const dueMs = this.#lastBatchAt + this.#options.batchMs - performance.now();
    return dueMs <= 0 ? Promise.resolve() : this.#wait(dueMs);
  }

  /** Waits for the bus, then a little for more of the same burst. */
  async #woken(): Promise<void> {
    await this.#wait();
    if (!this.#closed) await this.#wait(Math.min(this.#options.batchMs, 50), false);
  }

  #wait(timeoutMs?: number, wakeable = timeoutMs === undefined): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#wakeUp = undefined;
        resolve();
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(finish, timeoutMs);
      this.#wakeUp = () => {
        if (wakeable || this.#closed) finish();
      };
    });
  }
}
