import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { admin, openTestApp, type TestApp } from '../../test/open-test-app.ts';

let open: TestApp | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function start(settings: object = {}): Promise<TestApp> {
  open = await openTestApp(settings);
  return open;
}

const json = { 'content-type': 'application/json' };
const login = (body: object = admin): RequestInit => ({
  method: 'POST',
  headers: json,
  body: JSON.stringify(body),
});
const graphqlBody = JSON.stringify({ query: '{ viewer { name role } }' });

async function readError(response: Response): Promise<{ status: number; message: string; field?: string }> {
  const body = (await response.json()) as { error: { status: number; message: string; field?: string } };
  return body.error;
}

describe('health', () => {
  it('answers without a log-in, and says what keeps it from being ready', async () => {
    const app = await start();
    const health = await app.request('/health');
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: 'ok', version: 'test' });
    const ready = await app.request('/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ problems: [{ part: 'capture', fix: 'This is a test.' }] });
  });
});

describe('metrics', () => {
  it('are for this machine only', async () => {
    const app = await start();
    expect((await app.request('/metrics')).status).toBe(200);
    expect((await app.request('/metrics', {}, '192.0.2.1')).status).toBe(403);
    const proxied = await app.request('/metrics', { headers: { 'x-forwarded-for': '127.0.0.1' } });
    expect(proxied.status).toBe(403);
  });

  it('are for holders of the token from anywhere', async () => {
    const token = 'a-token-of-the-test';
    const app = await start({ metrics: { token } });
    const ask = async (authorization: string): Promise<number> =>
      (await app.request('/metrics', { headers: { authorization } }, '192.0.2.1')).status;
    expect(await ask(`Bearer ${token}`)).toBe(200);
    expect(await ask(`Bearer ${token}x`)).toBe(403);
    expect(await ask(token)).toBe(403);
  });
});

describe('sessions', () => {
  it('begin with the right password and end with a log-out', async () => {
    const app = await start();
    await app.signIn();
    const signedIn = await app.request('/api/v1/login', login());
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^eyrie_session=[a-z0-9]+; HttpOnly; Max-Age=\d+; Path=\/; SameSite=Lax$/);
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    expect((await app.request('/api/v1/status', { headers })).status).toBe(200);
    await app.request('/api/v1/logout', { method: 'POST', headers });
    expect((await app.request('/api/v1/status', { headers })).status).toBe(401);
  });

  it('use a Secure cookie bound to the host when the public origin is https', async () => {
    const app = await start({ server: { public_origin: 'https://eyrie.example' } });
    await app.signIn();
    const headers = { ...json, origin: 'https://eyrie.example' };
    const response = await app.request('/api/v1/login', { ...login(), headers });
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-eyrie_session=.*; Path=\/; SameSite=Lax; Secure$/,
    );
    expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=/);
  });

  it('get a new id at log-in, and the old one stops working', async () => {
    const app = await start();
    const cookie = await app.signIn();
    const again = await app.request('/api/v1/login', { ...login(), headers: { ...json, cookie } });
    expect(again.headers.get('set-cookie')).not.toContain(cookie);
    expect((await app.request('/api/v1/status', { headers: { cookie } })).status).toBe(401);
  });

  it('say the same of a wrong password and an unknown name', async () => {
    const app = await start();
    await app.signIn();
    const wrong = await app.request('/api/v1/login', login({ ...admin, password: 'wrong' }));
    const unknown = await app.request('/api/v1/login', login({ name: 'nobody', password: 'wrong' }));
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await readError(wrong)).toEqual(await readError(unknown));
  });

  it('are throttled by account and address, with the time to wait', async () => {
    const app = await start({ auth: { login_attempts: 3, login_window_seconds: 60 } });
    await app.signIn();
    const wrong = login({ ...admin, password: 'wrong' });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect((await app.request('/api/v1/login', wrong, '192.0.2.1')).status).toBe(401);
    }
    const refused = await app.request('/api/v1/login', login(), '192.0.2.1');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect((await app.request('/api/v1/login', login(), '192.0.2.2')).status).toBe(200);
    const audit = await app.core.stores.control.findAudit();
    const actions = audit.edges.map((edge) => edge.node.action);
    expect(actions).toEqual([
      'login',
      'login.throttled',
      'login.failed',
      'login.failed',
      'login.failed',
      expect.any(String),
    ]);
  });
});

describe('other sites', () => {
  it('are refused whatever they send', async () => {
    const app = await start();
    const cookie = await app.signIn();
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ]) {
      const response = await app.request('/graphql', {
        method: 'POST',
        headers: { ...json, cookie, ...headers },
        body: graphqlBody,
      });
      expect(response.status).toBe(403);
    }
    const own = { ...json, cookie, origin: 'http://127.0.0.1:7777', 'sec-fetch-site': 'same-origin' };
    const allowed = await app.request('/graphql', { method: 'POST', headers: own, body: graphqlBody });
    expect(await allowed.json()).toEqual({ data: { viewer: { name: 'ada', role: 'admin' } } });
  });

  it('cannot use another name for this machine', async () => {
    const app = await start();
    expect((await app.request('/api/v1/status', { headers: { host: 'evil.example:7777' } })).status).toBe(
      421,
    );
    expect((await app.request('/api/v1/status', { headers: { host: 'localhost:9000' } })).status).toBe(401);
  });

  it('and nobody else gets a cookie without Secure through a TLS proxy', async () => {
    const app = await start();
    const headers = { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' };
    const response = await app.request('/api/v1/login', { ...login(), headers: { ...json, ...headers } });
    expect(response.status).toBe(421);
    expect((await readError(response)).message).toContain('server.public_origin');
  });

  it('cannot spoof the forwarded host of an untrusted peer', async () => {
    const app = await start();
    const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost', 'x-forwarded-for': '127.0.0.1' };
    expect((await app.request('/api/v1/status', { headers }, '192.0.2.1')).status).toBe(421);
  });
});

describe('/graphql', () => {
  it('takes JSON by POST only, from somebody signed in', async () => {
    const app = await start();
    const cookie = await app.signIn();
    const post = async (type: string, body: string, headers = {}): Promise<number> =>
      (await app.request('/graphql', { method: 'POST', headers: { 'content-type': type, ...headers }, body }))
        .status;
    expect(await post('application/json', graphqlBody)).toBe(401);
    expect(await post('application/json', graphqlBody, { cookie })).toBe(200);
    expect(await post('application/x-www-form-urlencoded', 'query={viewer{name}}', { cookie })).toBe(415);
    expect(await post('text/plain', graphqlBody, { cookie })).toBe(415);
    expect((await app.request('/graphql?query={viewer{name}}', { headers: { cookie } })).status).toBe(405);
  });

  it('streams subscriptions unbuffered', async () => {
    const app = await start();
    const cookie = await app.signIn();
    const query = encodeURIComponent('subscription { eventBatches { dropped } }');
    const abort = new AbortController();
    const response = await app.request(`/graphql?query=${query}`, {
      headers: { cookie, accept: 'text/event-stream' },
      signal: abort.signal,
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    await response.body?.cancel();
    abort.abort();
  });
});

describe('every answer', () => {
  it('carries security headers, errors included', async () => {
    const app = await start();
    for (const path of ['/health', '/api/v1/nothing', '/graphql']) {
      const { headers } = await app.request(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
    }
  });

  it('is JSON for unknown paths of the API, also to a browser', async () => {
    const app = await start();
    for (const path of ['/api/v1/nothing', '/api/v2/events', '/api/']) {
      const response = await app.request(path, { headers: { accept: 'text/html' } });
      expect(response.status).toBe(404);
      expect((await readError(response)).status).toBe(404);
    }
  });

  it('refuses bodies above the limit', async () => {
    const app = await start({ server: { body_limit_bytes: 1024 } });
    const response = await app.request('/api/v1/login', login({ name: 'x', password: 'y'.repeat(2000) }));
    expect(response.status).toBe(413);
  });

  it('says how to build a dashboard that is not there', async () => {
    const app = await start();
    const response = await app.request('/');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });
});

describe('/api/v1/events', () => {
  it('pages through events, newest first, and refuses what it does not know', async () => {
    const app = await start();
    const cookie = await app.signIn();
    const events = Array.from({ length: 3 }, (_, index) => ({
      eventId: `01TEST${index}`,
      eventType: 'process.exit' as const,
      timeUs: 1_000_000 + index,
      completeness: 'full' as const,
      redactionCount: 0,
      summary: 'ended',
      payload: JSON.stringify({ event_id: `01TEST${index}` }),
    }));
    await app.core.stores.writer.write(events);
    const read = async (query: string): Promise<{ events: { event_id: string }[]; next: string | null }> =>
      (await (await app.request(`/api/v1/events?${query}`, { headers: { cookie } })).json()) as never;
    const first = await read('first=2');
    expect(first.events.map((event) => event.event_id)).toEqual(['01TEST2', '01TEST1']);
    const second = await read(`first=2&after=${encodeURIComponent(first.next ?? '')}`);
    expect(second).toEqual({ events: [{ event_id: '01TEST0' }], next: null });
    const wrong = await app.request('/api/v1/events?fist=2', { headers: { cookie } });
    expect(await readError(wrong)).toMatchObject({ status: 400, field: 'fist' });
  });
});

describe('static files', () => {
  it('are cached for ever when their name carries a hash, and are sent compressed', async () => {
    const clientDirectory = mkdtempSync(join(tmpdir(), 'eyrie-client-'));
    mkdirSync(join(clientDirectory, '_app/immutable'), { recursive: true });
    writeFileSync(join(clientDirectory, '_app/immutable/a.js'), 'plain');
    writeFileSync(join(clientDirectory, '_app/immutable/a.js.br'), 'compressed');
    open = await openTestApp(
      {},
      { clientDirectory, handler: async () => Promise.resolve(new Response('page')) },
    );
    const response = await open.request('/_app/immutable/a.js', {
      headers: { 'accept-encoding': 'gzip, br' },
    });
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(await response.text()).toBe('compressed');
    expect(await (await open.request('/anything')).text()).toBe('page');
    rmSync(clientDirectory, { recursive: true });
  });
});
