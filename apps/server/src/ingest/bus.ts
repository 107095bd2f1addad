/**
 * The live bus: what was just committed, handed to whoever watches. The publisher never waits: each subscriber has a queue
 * bounded in events and bytes, and what does not fit is dropped there, oldest first, and counted.
 */

export interface BusOptions<T> {
  /** Events one subscriber may have waiting. */
  readonly capacity?: number;
  /** Bytes one subscriber may have waiting, as measured by `sizeOf`; one larger event alone is still delivered. */
  readonly capacityBytes?: number;
  /** What an event weighs in a queue, in bytes. */
  sizeOf(event: T): number;
}

interface SubscribeOptions<T> {
  /** Called once per event and subscriber on the publisher's stack: keep it cheap. An exception counts as a drop. */
  accepts(event: T): boolean;
  /** Called when the queue has something after it was empty, on the publisher's stack: schedule, do not work. */
  wake(): void;
  /** Called once when the bus itself closes: the end of what will come. */
  ended(): void;
}

export interface BusSubscription<T> {
  /** Events waiting now. */
  readonly pending: number;
  /** Events dropped since the last `take` or `clear`. */
  readonly dropped: number;
  /** Up to `max` oldest events, and how many were dropped before them since the last call. */
  take(max: number): { readonly events: readonly T[]; readonly dropped: number };
  /** Forgets the queue and the drop count: for a subscriber that will read the same events from the store. */
  clear(): void;
  /** Idempotent. Nothing is called after it. */
  close(): void;
}

interface BusStats {
  readonly subscribers: number;
  readonly published: number;
  /** Events put into a queue: one event with three subscribers counts three times. */
  readonly delivered: number;
  /** Events that left a queue unread because the subscriber was too slow. */
  readonly dropped: number;
  /** Events not delivered because a subscriber's filter failed on them. */
  readonly filterFailures: number;
}

export interface Bus<T> {
  /** Call after commit, in commit order: a subscriber that resumes reads the store first and trusts this. Never throws or waits. */
  publish(events: readonly T[]): void;
  subscribe(options: SubscribeOptions<T>): BusSubscription<T>;
  stats(): BusStats;
  /** Ends every subscription; later ones end at once. */
  close(): void;
}

/** A first page of a live view is 100 rows; two thousand is a burst of twenty pages, more than a person can follow. */
const DEFAULT_CAPACITY = 2_000;
/** Large prompts are a few hundred kilobytes: this holds dozens of them for a stalled browser tab. */
const DEFAULT_CAPACITY_BYTES = 8 * 1024 * 1024;

interface Queued<T> {
  readonly event: T;
  readonly bytes: number;
}

class Queue<T> {
  #items: Queued<T>[] = [];
  #head = 0;
  #bytes = 0;
  #dropped = 0;
  readonly #capacity: number;
  readonly #capacityBytes: number;

  constructor(capacity: number, capacityBytes: number) {
    this.#capacity = capacity;
    this.#capacityBytes = capacityBytes;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Adds one event and returns how many older ones had to leave. */
  push(item: Queued<T>): number {
    let left = 0;
    while (
      this.length > 0 &&
      (this.length >= this.#capacity || this.#bytes + item.bytes > this.#capacityBytes)
    ) {
      this.#bytes -= this.#items[this.#head]?.bytes ?? 0;
      this.#head++;
      left++;
    }
    // Compact rarely: shifting the array for each dropped event would make a slow subscriber expensive for the publisher.
    if (this.#head > this.#capacity) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    this.#items.push(item);
    this.#bytes += item.bytes;
    this.#dropped += left;
    return left;
  }

  /** Counts an event that never entered. */
  countDropped(): void {
    this.#dropped++;
  }

  take(max: number): { readonly events: readonly T[]; readonly dropped: number } {
    const taken = this.#items.slice(this.#head, this.#head + max);
    for (const item of taken) this.#bytes -= item.bytes;
    this.#items = this.#items.slice(this.#head + taken.length);
    this.#head = 0;
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { events: taken.map((item) => item.event), dropped };
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#dropped = 0;
  }
}

interface Subscriber<T> {
  readonly queue: Queue<T>;
  readonly options: SubscribeOptions<T>;
}

/**
 * Makes an empty bus.
 *
 * @param options limits of each subscriber's queue and how events are weighed
 */
export function createBus<T>(options: BusOptions<T>): Bus<T> {
  const capacity = options.capacity ?? DEFAULT_CAPACITY;
  const capacityBytes = options.capacityBytes ?? DEFAULT_CAPACITY_BYTES;
  const subscribers = new Set<Subscriber<T>>();
  const counts = { published: 0, delivered: 0, dropped: 0, filterFailures: 0 };
  let closed = false;

  function hasEvents(subscriber: Subscriber<T>): boolean {
    return subscriber.queue.length > 0;
  }

  function offer(subscriber: Subscriber<T>, item: Queued<T>): void {
    let wanted: boolean;
    try {
      wanted = subscriber.options.accepts(item.event);
    } catch {
      counts.filterFailures++;
      subscriber.queue.countDropped();
      return;
    }
    if (!wanted) return;
    counts.dropped += subscriber.queue.push(item);
    counts.delivered++;
  }

  return {
    publish(events) {
      if (closed) return;
      counts.published += events.length;
      if (subscribers.size === 0) return;
      const items = events.map((event) => ({ event, bytes: options.sizeOf(event) }));
      for (const subscriber of [...subscribers]) {
        // Waking one subscriber may close another.
        if (!subscribers.has(subscriber)) continue;
        const before = subscriber.queue.length;
        for (const item of items) offer(subscriber, item);
        if (before === 0 && hasEvents(subscriber)) subscriber.options.wake();
      }
    },
    subscribe(subscribeOptions) {
      const subscriber = { queue: new Queue<T>(capacity, capacityBytes), options: subscribeOptions };
      if (closed) queueMicrotask(() => subscribeOptions.ended());
      else subscribers.add(subscriber);
      return {
        get pending() {
          return subscriber.queue.length;
        },
        get dropped() {
          return subscriber.queue.dropped;
        },
        take: (max) => subscriber.queue.take(max),
        clear: () => subscriber.queue.clear(),
        close() {
          subscribers.delete(subscriber);
          subscriber.queue.clear();
        },
      };
    },
    stats: () => ({ subscribers: subscribers.size, ...counts }),
    close() {
      if (closed) return;
      closed = true;
      const ending = [...subscribers];
      subscribers.clear();
      for (const subscriber of ending) subscriber.options.ended();
    },
  };
}
