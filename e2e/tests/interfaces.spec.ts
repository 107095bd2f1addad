import { expect } from '@playwright/test';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planted } from '../src/planted.ts';
import { startProgram } from '../src/program.ts';
import { signIn } from '../src/sign-in.ts';
import { test } from '../src/system.ts';

test.beforeEach(({ system }) => test.skip(!system.captures, 'nothing can be captured here'));

test('curl receives the same events from the GraphQL subscription, through nginx, as they happen', async ({
  page,
  system,
}) => {
  await signIn(page, system);
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const query =
    'subscription { eventBatches(filter: { types: ["ai.response"] }) { dropped events { id type model } } }';
  const curl = startProgram('curl', [
    ...['--silent', '--no-buffer', '--insecure', '--max-time', '60', '--http2', `${system.origin}/graphql`],
    ...['-H', `cookie: ${cookie}`, '-H', 'accept: text/event-stream', '-H', 'content-type: application/json'],
    ...['--data', JSON.stringify({ query })],
  ]);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await system.runClient('curl');
  await curl.says('"gpt-4o"', 20_000);
  await curl.stop();
  expect(curl.output()).toContain('event: next');
  expect(curl.output()).toContain('"dropped":0');
});

test('planted secrets are in no file, page, answer or log', async ({ page, request, system }) => {
  await signIn(page, system);
  await system.runClient('openai-agent');
  await system.runClient('anthropic-agent');
  await page.goto(`${system.origin}/ai`);
  await expect(page.getByRole('link', { name: /Which files in this project/ }).first()).toBeVisible();
  const places = new Map<string, string>();
  for (const name of readdirSync(system.storage)) {
    const path = join(system.storage, name);
    // latin1 keeps every byte, so a secret inside a binary page is found as well. Sockets can't be read.
    if (/\.(db|db-wal|jsonl|log)$/.test(name)) places.set(name, readFileSync(path, 'latin1'));
  }
  expect([...places.keys()]).toContain('events.db');
  places.set('log', system.eyrie.output());
  places.set('page', await page.content());
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const query = '{ events(first: 100) { edges { node { payload summary } } } }';
  const answer = await request.post(`${system.origin}/graphql`, {
    data: { query },
    headers: { cookie, origin: system.origin },
  });
  places.set('graphql', await answer.text());
  places.set(
    'rest',
    await (await request.get(`${system.origin}/api/v1/events`, { headers: { cookie } })).text(),
  );
  places.set('metrics', await (await request.get(`${system.direct}/metrics`)).text());
  expect(places.get('graphql')).toContain('_REDACTED]');
  for (const [place, text] of places) {
    for (const secret of planted) expect(text.includes(secret), `${secret} in ${place}`).toBe(false);
  }
});

test('health, readiness and metrics answer as Prometheus and load balancers expect', async ({
  request,
  system,
}) => {
  expect((await request.get(`${system.origin}/health`)).status()).toBe(200);
  const ready = await request.get(`${system.direct}/ready`);
  expect(ready.status(), await ready.text()).toBe(200);
  expect((await request.get(`${system.origin}/metrics`)).status()).toBe(403);
  const scrape = async (): Promise<string> => (await request.get(`${system.direct}/metrics`)).text();
  await expect.poll(scrape).toMatch(/eyrie_events_total\{type="ai\.response"\} [1-9]/);
  const metrics = await scrape();
  const promtool = spawnSync('promtool', ['check', 'metrics'], { input: metrics, encoding: 'utf8' });
  expect(promtool.stdout + promtool.stderr).toBe('');
  expect(promtool.status).toBe(0);
  expect(metrics).toMatch(/eyrie_event_store_latency_seconds_bucket/);
});

test('security headers and TLS are what the documents promise', async ({ request, system }) => {
  const answer = await request.get(`${system.origin}/login`);
  const headers = answer.headers();
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  expect(headers['content-security-policy']).not.toContain("script-src 'self' 'unsafe-inline'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['strict-transport-security']).toContain('max-age=');
  const { hostname, port } = new URL(system.origin);
  const old = spawnSync('openssl', ['s_client', '-connect', `${hostname}:${port}`, '-tls1_2'], {
    input: '',
    encoding: 'utf8',
  });
  expect(old.status).not.toBe(0);
  const offered = execFileSync('curl', [
    '-sk',
    '-o',
    '/dev/null',
    '-w',
    '%{http_version}',
    `${system.origin}/login`,
  ]).toString();
  expect(offered).toBe('2');
});
