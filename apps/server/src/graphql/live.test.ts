import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Viewer } from './context.ts';
import { matching, openTestGraphql, viewerOf } from './test/open-test-graphql.ts';
import type { TestGraphql, TestOptions } from './test/open-test-graphql.ts';
import { requestEvent } from './test/test-events.ts';

let server: TestGraphql;

async function start(options: TestOptions = {}): Promise<TestGraphql> {
  server = await openTestGraphql(options);
  return server;
}

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

interface Batch {
  readonly dropped: number;
  readonly events: { readonly id: string }[];
}

interface Message {
  readonly data?: { readonly eventBatches: Batch } | null;
  readonly errors?: { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** One client of the subscription, reading server-sent events from the body of the answer. */
class Client {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(response: Response) {
    this.response = response;
    this.#reader = response.body!.getReader();
  }

  /** The next message, or null when the server completed the stream. Pings are skipped. */
  async next(): Promise<Message | null> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end === -1) {
        const { value, done } = await this.#reader.read();
        if (done) return null;
        this.#text += this.#decoder.decode(value, { stream: true });
        continue;
      }
      const part = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      if (part.startsWith('event: complete')) return null;
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (data !== undefined) return JSON.parse(data) as Message;
    }
  }

  async nextBatch(): Promise<Batch> {
    const message = await this.next();
    expect(message?.errors).toBeUndefined();
    return message!.data!.eventBatches;
  }

  /** Ids of the next `count` events, however they are batched. */
  async nextIds(count: number): Promise<string[]> {
    const ids: string[] = [];
    while (ids.length < count) ids.push(...(await this.nextBatch()).events.map(({ id }) => id));
    return ids;
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}

interface Subscribe {
  readonly args?: string;
  readonly viewer?: Viewer | null;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  readonly revalidate?: () => Promise<Viewer | null>;
}

async function request({ args = '', viewer, accept, signal, revalidate }: Subscribe): Promise<Response> {
  const query = `subscription { eventBatches${args} { dropped events { id process { pid } } } }`;
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: accept ?? 'text/event-stream' },
    body: JSON.stringify({ query }),
    ...(signal === undefined ? {} : { signal }),
  };
  return server.graphql.fetch(new Request('http://localhost/graphql', init), {
    viewer: viewer === undefined ? viewerOf('viewer') : viewer,
    clientAddress: '203.0.113.9',
    revalidate,
  });
}

/** Subscribes and waits until the client hangs on the bus. */
async function subscribe(options: Subscribe = {}): Promise<Client> {
  const before = server.bus.stats().subscribers;
  const client = new Client(await request(options));
  // The first read takes the opening ping; only then is the stream pulled.
  const ping = client.next.bind(client);
  pending.set(client, ping());
  await until(() => server.bus.stats().subscribers === before + 1);
  return withFirst(client);
}

const pending = new Map<Client, Promise<Message | null>>();

/** The client whose first message is already being waited for. */
function withFirst(client: Client): Client {
  const original = client.next.bind(client);
  client.next = () => {
    const first = pending.get(client);
    pending.delete(client);
    return first ?? original();
  };
  return client;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 3_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await delay(5);
  }
}

function idsOf(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => requestEvent(from + index).eventId);
}

function eventsOf(from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, index) => requestEvent(from + index));
}

describe('a live client', () => {
  test('gets what is stored from now on as server-sent events that proxies pass on at once', async () => {
    await start();
    await server.store(eventsOf(1, 3));
    const client = await subscribe();
    expect(client.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(client.response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(client.response.headers.get('x-accel-buffering')).toBe('no');
    await server.store(eventsOf(4, 6));
    expect(await client.nextIds(3)).toEqual(idsOf(4, 6));
    await client.leave();
  });

  test('gets a burst in few batches, at most one in 75 ms, and nothing twice', async () => {
    await start();
    const client = await subscribe();
    const ids: string[] = [];
    const times: number[] = [];
    const begin = performance.now();
    const writing = (async () => {
      const stored: Promise<void>[] = [];
      for (let index = 1; index <= 60; index++) {
        stored.push(server.store([requestEvent(index)]));
        await delay(4);
      }
      await Promise.all(stored);
    })();
    while (ids.length < 60) {
      const batch = await client.nextBatch();
      times.push(performance.now());
      ids.push(...batch.events.map(({ id }) => id));
    }
    await writing;
    expect(ids).toEqual(idsOf(1, 60));
    expect(times.length).toBeLessThan(15);
    // Batches can come late on a busy machine and then seem close together, but none comes early. Timers are rounded to milliseconds.
    for (const [index, time] of times.entries()) expect(time - begin).toBeGreaterThan(index * 75 - 5);
    await client.leave();
  });

  test('gets only what its filter accepts', async () => {
    await start();
    const base = requestEvent(0).ai;
    const client = await subscribe({
      args: '(filter: { providers: ["anthropic"], types: ["ai.request"], text: "blue whale" })',
    });
    const said = (text: string) =>
      JSON.stringify({ data: { messages: [{ content: [{ type: 'text', text }] }] } });
    await server.store([
      requestEvent(1),
      requestEvent(2, { ai: { ...base, provider: 'anthropic' }, payload: said('the whale is blue') }),
      requestEvent(3, { ai: { ...base, provider: 'anthropic' }, payload: said('a red whale') }),
      requestEvent(4, { ai: { ...base, provider: 'openai' }, payload: said('a blue whale') }),
    ]);
    expect(await client.nextIds(1)).toEqual(idsOf(2, 2));
    expect(server.bus.stats().delivered).toBe(1);
    await client.leave();
  });

  test('that reads slowly is told how many events it missed, and others miss none', async () => {
    await start({ busCapacity: 50 });
    const slow = await subscribe();
    const fast = await subscribe();
    const seen: string[] = [];
    for (let index = 1; index <= 400; index += 20) {
      await server.store(eventsOf(index, index + 19));
      seen.push(...(await fast.nextIds(20)));
    }
    expect(seen).toEqual(idsOf(1, 400));
    const batches: Batch[] = [];
    const received = () => batches.reduce((sum, { events, dropped }) => sum + events.length + dropped, 0);
    while (received() < 400) batches.push(await slow.nextBatch());
    expect(received()).toBe(400);
    expect(batches.reduce((sum, { dropped }) => sum + dropped, 0)).toBeGreaterThan(250);
    expect(batches.at(-1)?.events.at(-1)?.id).toBe(requestEvent(400).eventId);
    expect(server.bus.stats().dropped).toBe(batches.reduce((sum, { dropped }) => sum + dropped, 0));
    await Promise.all([slow.leave(), fast.leave()]);
  });
});

describe('a client that reconnects', () => {
  test('gets what it missed from the store and then what comes, without gap or double, while events keep coming', async () => {
    await start({ live: { batchEvents: 16, batchMs: 5 } });
    await server.store(eventsOf(1, 200));
    let stop = false;
    let last = 200;
    const writing = (async () => {
      while (!stop) {
        await server.store(eventsOf(last + 1, last + 5));
        last += 5;
        await delay(2);
      }
    })();
    const client = await subscribe({ args: `(afterId: "${requestEvent(50).eventId}")` });
    const ids = await client.nextIds(400);
    stop = true;
    await writing;
    while (ids.length < last - 50) ids.push(...(await client.nextBatch()).events.map(({ id }) => id));
    expect(ids).toEqual(idsOf(51, last));
    await client.leave();
  });

  test('loses nothing when more comes while it reads the store than its queue holds', async () => {
    await start({ live: { batchEvents: 10, batchMs: 20 }, busCapacity: 5 });
    await server.store(eventsOf(1, 100));
    const client = await subscribe({ args: `(afterId: "${requestEvent(1).eventId}")` });
    await server.store(eventsOf(101, 140));
    const batches: Batch[] = [];
    const received = () => batches.reduce((sum, { events }) => sum + events.length, 0);
    while (received() < 139) batches.push(await client.nextBatch());
    expect(batches.flatMap(({ events }) => events.map(({ id }) => id))).toEqual(idsOf(2, 140));
    expect(batches.every(({ dropped }) => dropped === 0)).toBe(true);
    await client.leave();
  });

  test('gets what it missed through the same filter', async () => {
    await start();
    const other = { ...requestEvent(0).ai, model: 'o9' };
    await server.store([
      requestEvent(1),
      requestEvent(2, { ai: other }),
      requestEvent(3),
      requestEvent(4, { ai: other }),
    ]);
    const client = await subscribe({
      args: `(afterId: "${requestEvent(1).eventId}", filter: { models: ["o9"] })`,
    });
    expect(await client.nextIds(2)).toEqual([requestEvent(2).eventId, requestEvent(4).eventId]);
    await client.leave();
  });

  test('is told when the event it saw last is not stored', async () => {
    await start();
    const response = await request({ args: '(afterId: "01JDNOTTHERE")' });
    const message = await new Client(response).next();
    expect(message?.errors).toMatchObject([
      { message: matching(/^afterId: no such event/), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(server.bus.stats().subscribers).toBe(0);
  });
});

describe('the end of a stream', () => {
  test('fifty clients that leave, by cancelling or aborting, leave nothing behind', async () => {
    await start();
    const aborts = Array.from({ length: 25 }, () => new AbortController());
    const cancelling: Client[] = [];
    for (let index = 0; index < 25; index++) cancelling.push(await subscribe());
    for (const { signal } of aborts) void subscribe({ signal }).catch(() => undefined);
    await until(() => server.bus.stats().subscribers === 50);
    await server.store(eventsOf(1, 3));
    await Promise.all(cancelling.map((client) => client.leave()));
    for (const abort of aborts) abort.abort();
    await until(() => server.bus.stats().subscribers === 0);
    await server.store(eventsOf(4, 5));
    expect(server.bus.stats().delivered).toBe(150);
  });

  test('comes when the session ends or the role is lost, also while nothing happens', async () => {
    await start({ live: { revalidateMs: 20 } });
    for (const end of [() => Promise.resolve(null), () => Promise.reject(new Error('no database'))]) {
      let alive = true;
      const client = await subscribe({
        revalidate: () => (alive ? Promise.resolve(viewerOf('viewer')) : end()),
      });
      await server.store([requestEvent(Math.floor(performance.now() * 1_000))]);
      expect(await client.nextIds(1)).toHaveLength(1);
      alive = false;
      expect(await client.next()).toBeNull();
      expect(server.bus.stats().subscribers).toBe(0);
    }
  });

  test('comes when the server shuts down', async () => {
    await start();
    const client = await subscribe();
    server.bus.close();
    expect(await client.next()).toBeNull();
  });
});

describe('what is refused', () => {
  test('nobody subscribes without a log-in', async () => {
    await start();
    const response = await request({ viewer: null });
    expect((await new Client(response).next())?.errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(server.bus.stats().subscribers).toBe(0);
  });

  test('a filter that is not valid is refused on subscribing', async () => {
    await start();
    const response = await request({ args: '(filter: { types: ["x"] })' });
    expect((await new Client(response).next())?.errors).toMatchObject([
      { message: matching(/^filter\.types/), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('a client that can’t take a stream is refused and stays subscribed to nothing', async () => {
    await start();
    const response = await request({ accept: 'application/json' });
    expect(response.status).toBe(406);
    expect(server.bus.stats().subscribers).toBe(0);
  });

  test('too large a selection is refused once, on subscribing', async () => {
    await start();
    const query = `subscription { eventBatches { events { process ${'{ ancestors '.repeat(9)}{ pid }${' }'.repeat(9)} } } }`;
    const response = await server.graphql.fetch(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query }),
      }),
      { viewer: viewerOf('viewer'), clientAddress: '203.0.113.9' },
    );
    const client = new Client(response);
    const refused = (await client.next())?.errors ?? [];
    expect(refused.map(({ extensions }) => extensions.code)).toContain('QUERY_TOO_LARGE');
    expect(await client.next()).toBeNull();
  });

  test('one account can’t take the streams of others, and two that begin at once don’t pass its limit', async () => {
    await start({ live: { maxSubscriptionsPerViewer: 1 } });
    const [first, second] = await Promise.all([subscribe(), subscribe()]);
    expect(server.bus.stats().subscribers).toBe(1);
    expect((await new Client(await request({})).next())?.errors).toMatchObject([
      { message: matching(/by this account/), extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } },
    ]);
    const other = await subscribe({ viewer: viewerOf('operator') });
    await Promise.all([first.leave(), second.leave()]);
    expect(server.bus.stats().subscribers).toBe(1);
    const again = await subscribe();
    expect(server.bus.stats().subscribers).toBe(2);
    await Promise.all([other.leave(), again.leave()]);
  });

  test('more streams than the server allows are refused until one closes', async () => {
    await start({ live: { maxSubscriptions: 2 } });
    const first = await subscribe();
    const second = await subscribe();
    expect((await new Client(await request({})).next())?.errors).toMatchObject([
      { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } },
    ]);
    await first.leave();
    const third = await subscribe();
    await Promise.all([second.leave(), third.leave()]);
  });
});
