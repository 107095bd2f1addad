import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { LiveEvent } from '../ingest/live-event.ts';
import { LiveStream } from './live-stream.ts';
import { openTestGraphql } from './test/open-test-graphql.ts';
import type { TestGraphql } from './test/open-test-graphql.ts';
import { requestEvent } from './test/test-events.ts';

let server: TestGraphql;

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

function eventsOf(from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, index) => requestEvent(from + index));
}

/**
 * A stream after store id `afterId` over the real reader and bus. `whileReading` runs after the store answered its `n`-th page
 * and before the stream has it: the moment in which what is published is also, or is not, on the page.
 */
function streamAfter(afterId: number, whileReading: (n: number) => Promise<void>) {
  const pages: number[] = [];
  const stream = new LiveStream({
    bus: server.bus,
    reader: {
      async findEventsAfterId(id, limit) {
        const page = await server.reader.findEventsAfterId(id, limit);
        pages.push(page.length);
        await whileReading(pages.length);
        return page;
      },
    },
    filter: {},
    afterId,
    batchMs: 1,
    batchEvents: 10,
    admit: () => () => undefined,
    stillAllowed: () => Promise.resolve(true),
    revalidateMs: 60_000,
  });
  return { stream, pages };
}

async function take(stream: LiveStream, count: number) {
  const ids: number[] = [];
  let dropped = 0;
  while (ids.length < count) {
    const { value, done } = await stream.next();
    if (done === true) break;
    ids.push(...value.events.map(({ id }) => id));
    dropped += value.dropped;
  }
  return { ids, dropped };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

test('what is published while the store is read, on the page or not, is delivered once', async () => {
  server = await openTestGraphql();
  const first = await server.commit(eventsOf(1, 8));
  const { stream } = streamAfter(2, async (page) => {
    if (page > 1) return;
    const later = await server.commit(eventsOf(9, 12));
    server.bus.publish([...first.slice(4), ...later]);
  });
  expect(await take(stream, 10)).toEqual({ ids: range(3, 12), dropped: 0 });
  await server.store(eventsOf(13, 14));
  expect(await take(stream, 2)).toEqual({ ids: [13, 14], dropped: 0 });
  stream.close();
});

test('a queue that overflows while the store is read is made good from the store, which then is left alone', async () => {
  server = await openTestGraphql({ busCapacity: 5 });
  const first = await server.commit(eventsOf(1, 3));
  const { stream, pages } = streamAfter(0, async (page) => {
    if (page === 1) server.bus.publish([...first, ...(await server.commit(eventsOf(4, 30)))]);
  });
  expect(await take(stream, 30)).toEqual({ ids: range(1, 30), dropped: 0 });
  const next = take(stream, 1);
  await delay(30);
  const read = pages.length;
  await delay(30);
  expect(pages).toHaveLength(read);
  await server.store([requestEvent(31)]);
  expect(await next).toEqual({ ids: [31], dropped: 0 });
  expect(pages).toHaveLength(read);
  stream.close();
});

test('a slow client that is caught up is told what its queue dropped', async () => {
  server = await openTestGraphql({ busCapacity: 5 });
  await server.store(eventsOf(1, 2));
  const { stream } = streamAfter(0, () => Promise.resolve());
  expect(await take(stream, 2)).toEqual({ ids: [1, 2], dropped: 0 });
  const waiting = take(stream, 1);
  await server.store([requestEvent(3)]);
  expect(await waiting).toEqual({ ids: [3], dropped: 0 });
  await server.store(eventsOf(4, 20));
  expect(await take(stream, 5)).toEqual({ ids: range(16, 20), dropped: 12 });
  stream.close();
});

test('return ends a waiting next at once and leaves the bus', async () => {
  server = await openTestGraphql();
  const { stream } = streamAfter(0, () => Promise.resolve());
  const waiting = stream.next();
  await delay(20);
  expect(server.bus.stats().subscribers).toBe(1);
  await stream.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(server.bus.stats().subscribers).toBe(0);
});

test('a store that fails ends the stream with its error', async () => {
  server = await openTestGraphql();
  const { stream } = streamAfter(0, () => Promise.reject(new Error('disk gone')));
  await expect(stream.next()).rejects.toThrow('disk gone');
  expect(server.bus.stats().subscribers).toBe(0);
  const events: LiveEvent[] = [];
  for await (const batch of stream) events.push(...batch.events);
  expect(events).toEqual([]);
});
