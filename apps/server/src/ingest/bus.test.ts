import { expect, test } from 'vitest';
import { createBus } from './bus.ts';

interface Item {
  readonly id: number;
  readonly bytes?: number;
}

function busOf(limits: { capacity?: number; capacityBytes?: number } = {}) {
  return createBus<Item>({ ...limits, sizeOf: (item) => item.bytes ?? 1 });
}

function listen(overrides: Partial<{ accepts(item: Item): boolean; wake(): void; ended(): void }> = {}) {
  return { accepts: () => true, wake: () => undefined, ended: () => undefined, ...overrides };
}

function range(from: number, to: number): Item[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ id: from + index }));
}

test('each subscriber gets what was published after it came, in order', () => {
  const bus = busOf();
  bus.publish(range(1, 2));
  const subscription = bus.subscribe(listen());
  bus.publish(range(3, 5));
  bus.publish(range(6, 6));
  expect(subscription.take(3)).toEqual({ events: range(3, 5), dropped: 0 });
  expect(subscription.take(3)).toEqual({ events: range(6, 6), dropped: 0 });
});

test('a full queue drops its oldest events, reports how many once, and does not touch other subscribers', () => {
  const bus = busOf({ capacity: 10 });
  const slow = bus.subscribe(listen());
  const fast = bus.subscribe(listen());
  const seen: number[] = [];
  for (let id = 1; id <= 1_000; id++) {
    bus.publish([{ id }]);
    seen.push(...fast.take(10).events.map((item) => item.id));
  }
  expect(slow.take(100)).toEqual({ events: range(991, 1_000), dropped: 990 });
  expect(slow.take(100)).toEqual({ events: [], dropped: 0 });
  expect(seen).toEqual(range(1, 1_000).map((item) => item.id));
  expect(bus.stats()).toMatchObject({ published: 1_000, delivered: 2_000, dropped: 990 });
});

test('a queue is bounded in bytes too, and one event above the bound still passes alone', () => {
  const bus = busOf({ capacityBytes: 100 });
  const subscription = bus.subscribe(listen());
  bus.publish([
    { id: 1, bytes: 60 },
    { id: 2, bytes: 60 },
    { id: 3, bytes: 500 },
  ]);
  const taken = subscription.take(10);
  expect(taken.events.map((item) => item.id)).toEqual([3]);
  expect(taken.dropped).toBe(2);
  bus.publish([
    { id: 4, bytes: 40 },
    { id: 5, bytes: 40 },
  ]);
  expect(subscription.take(10).events.map((item) => item.id)).toEqual([4, 5]);
});

test('a subscriber is woken when its queue stops being empty, not for each event', () => {
  const bus = busOf();
  let wakes = 0;
  const subscription = bus.subscribe(listen({ wake: () => wakes++ }));
  bus.publish(range(1, 50));
  bus.publish(range(51, 60));
  expect(wakes).toBe(1);
  subscription.take(100);
  bus.publish(range(61, 61));
  expect(wakes).toBe(2);
});

test('events the filter refuses are neither queued nor dropped; a failing filter is counted and stops nobody', () => {
  const bus = busOf();
  const picky = bus.subscribe(listen({ accepts: (item) => item.id % 2 === 0 }));
  const broken = bus.subscribe(
    listen({
      accepts: () => {
        throw new Error('cannot decide');
      },
    }),
  );
  bus.publish(range(1, 4));
  expect(picky.take(10)).toEqual({ events: [{ id: 2 }, { id: 4 }], dropped: 0 });
  expect(broken.take(10)).toEqual({ events: [], dropped: 4 });
  expect(bus.stats().filterFailures).toBe(4);
});

test('closing a subscription frees it and closing the bus ends all of them', async () => {
  const bus = busOf();
  let ended = 0;
  const first = bus.subscribe(listen({ ended: () => ended++ }));
  bus.subscribe(listen({ ended: () => ended++ }));
  first.close();
  first.close();
  expect(bus.stats().subscribers).toBe(1);
  bus.close();
  bus.close();
  bus.publish(range(1, 1));
  expect(ended).toBe(1);
  expect(bus.stats()).toMatchObject({ subscribers: 0, published: 0 });
  bus.subscribe(listen({ ended: () => ended++ }));
  await Promise.resolve();
  expect(ended).toBe(2);
});

test('a subscriber may close itself or another while it is being woken', () => {
  const bus = busOf();
  const second = { close: (): void => undefined };
  bus.subscribe(listen({ wake: () => second.close() }));
  const other = bus.subscribe(listen());
  second.close = () => other.close();
  bus.publish(range(1, 3));
  expect(bus.stats().subscribers).toBe(1);
});
