import { afterEach, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../test/open-test-app.ts';
import { CommandError, exitCodes } from '../cli/exit-codes.ts';
import { listen, type Listener } from './listen.ts';

const subscription = encodeURIComponent('subscription { eventBatches { dropped events { id } } }');
let app: TestApp;
let listener: Listener;

afterEach(async () => {
  await listener.close(0);
  await app.close();
});

async function serve(): Promise<string> {
  app = await openTestApp();
  const cookie = await app.signIn();
  listener = await listen(app.app, { host: '127.0.0.1', port: 0 });
  return cookie;
}

async function subscribe(cookie: string, signal: AbortSignal): Promise<Response> {
  const headers = { cookie, accept: 'text/event-stream' };
  return fetch(`${listener.origin}/graphql?query=${subscription}`, { headers, signal });
}

describe('listen', () => {
  it('names the port that is in use and what to do', async () => {
    await serve();
    const second = listen(app.app, { host: '127.0.0.1', port: listener.port });
    await expect(second).rejects.toMatchObject({ exitCode: exitCodes.unavailable });
    await expect(second).rejects.toThrow(new RegExp(`Port ${listener.port} on 127.0.0.1 is in use.*--port`));
    await expect(second).rejects.toBeInstanceOf(CommandError);
  });

  it('says so when the address is not of this machine', async () => {
    await serve();
    await expect(listen(app.app, { host: '192.0.2.1', port: 0 })).rejects.toThrow(
      /not an address of this machine/,
    );
  });

  it('survives twenty subscribers that go away in the middle of events', async () => {
    const cookie = await serve();
    const aborts = Array.from({ length: 20 }, () => new AbortController());
    const responses = await Promise.all(aborts.map(async ({ signal }) => subscribe(cookie, signal)));
    expect(responses.map((response) => response.headers.get('content-type'))).toEqual(
      aborts.map(() => expect.stringMatching(/^text\/event-stream/) as string),
    );
    expect(app.core.bus.stats().subscribers).toBe(20);
    const readers = responses.map((response) => response.body?.getReader());
    for (const [index, abort] of aborts.entries()) {
      app.core.bus.publish([
        {
          ...{
            id: index + 1,
            eventId: `E${index}`,
            eventType: 'ai.request',
            timeUs: 1,
            completeness: 'full',
          },
          ...{
            redactionCount: 0,
            summary: '',
            payload: '{}',
            execId: null,
            pid: null,
            processName: null,
            uid: null,
          },
          ...{ conversationId: null, turnNumber: null, requestId: null, connectionId: null, provider: null },
          ...{ model: null, api: null, statusCode: null, success: null, latencyMs: null, ttftMs: null },
          ...{ promptTokens: null, completionTokens: null, cachedTokens: null, reasoningTokens: null },
        } as never,
      ]);
      await readers[index]?.read();
      abort.abort();
    }
    await expect.poll(() => app.core.bus.stats().subscribers, { timeout: 5000 }).toBe(0);
    expect((await fetch(`${listener.origin}/health`)).status).toBe(200);
  });

  it('ends open subscriptions when it closes', async () => {
    const cookie = await serve();
    const response = await subscribe(cookie, new AbortController().signal);
    const text = response.text();
    const start = performance.now();
    app.core.bus.close();
    await listener.close(500);
    expect(await text).toContain('event: complete');
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
