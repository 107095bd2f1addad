import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withoutPrivileges, isRoot } from '../../test/capture-here.ts';
import { endAll, startEyrie, type RunningEyrie } from '../../test/run-eyrie.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'eyrie-serve-'))));
afterEach(() => {
  endAll();
  rmSync(directory, { recursive: true, force: true });
});

interface Served extends RunningEyrie {
  readonly origin: string;
}

/** Captures only what descends from this test, and keeps its data in the directory of the test. */
function serveArgs(...more: string[]): string[] {
  const scope = ['--scope-subtree', String(process.pid)];
  return ['serve', '--port', '0', '--storage', join(directory, 'data'), ...scope, ...more];
}

async function serve(args: readonly string[], wrapper: readonly string[] = []): Promise<Served> {
  const running = startEyrie(args, wrapper);
  const [, origin = ''] = await running.waitFor(/"address":"([^"]+)".*"msg":"serving"/);
  return { ...running, origin };
}

async function signIn(served: Served): Promise<string> {
  const [, token] = await served.waitFor(/\/setup\?token=([\w-]+)\s/);
  const response = await fetch(`${served.origin}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name: 'ada', password: 'correct horse battery' }),
  });
  expect(response.status).toBe(200);
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

describe('eyrie serve', () => {
  it('stops within five seconds of SIGTERM while a subscription is open, and keeps accounts', async () => {
    const served = await serve(serveArgs());
    const cookie = await signIn(served);
    const query = encodeURIComponent('subscription { eventBatches { dropped } }');
    const stream = await fetch(`${served.origin}/graphql?query=${query}`, {
      headers: { cookie, accept: 'text/event-stream' },
    });
    expect(stream.status).toBe(200);
    const text = stream.text();
    const { status, ms } = await served.end('SIGTERM');
    expect(status, served.output()).toBe(0);
    expect(ms).toBeLessThan(5000);
    expect(await text).toContain('event: complete');
    const again = await serve(serveArgs());
    expect(again.output()).not.toContain('/setup?token=');
    const headers = { cookie };
    expect((await fetch(`${again.origin}/api/v1/status`, { headers })).status).toBe(200);
    expect((await again.end('SIGINT')).status).toBe(0);
  }, 90_000);

  it('refuses a storage directory that another Eyrie uses, and takes over from one that was killed', async () => {
    const first = await serve(serveArgs());
    const second = startEyrie(serveArgs());
    expect(await second.ended).toBe(74);
    expect(second.output()).toContain(`eyrie: Another Eyrie is using ${join(directory, 'data')}.`);
    await first.end('SIGKILL');
    const third = await serve(serveArgs());
    expect((await third.end('SIGTERM')).status).toBe(0);
  }, 90_000);

  it('reloads on SIGHUP, keeps the old configuration while the file has an error, and reloads by REST', async () => {
    const config = join(directory, 'config.toml');
    writeFileSync(config, '[log]\nlevel = "info"\n');
    const served = await serve(serveArgs('--config', config));
    const cookie = await signIn(served);
    writeFileSync(config, '[log]\nlevel = "loud"\n');
    served.child.kill('SIGHUP');
    await expect.poll(() => served.output(), { timeout: 5000 }).toContain('the old one stays in force');
    expect(served.output()).toContain(`${config}:2:1: log.level`);
    const reload = async (): Promise<Response> =>
      fetch(`${served.origin}/api/v1/config/reload`, { method: 'POST', headers: { cookie } });
    expect((await reload()).status).toBe(422);
    writeFileSync(config, '[redaction]\nmode = "minimal"\n[server]\nbody_limit_bytes = 2048\n');
    const report = await reload();
    expect(await report.json()).toEqual({
      applied: ['redaction.mode'],
      need_restart: ['server.body_limit_bytes'],
    });
    expect((await served.end('SIGTERM')).status).toBe(0);
  }, 60_000);

  it('says which port is in use, without a stack', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { ended, output } = startEyrie(serveArgs('--port', String(port)));
    expect(await ended).toBe(69);
    other.close();
    expect(output()).toContain(`eyrie: Port ${port} on 127.0.0.1 is in use`);
    expect(output()).not.toMatch(/\n {4}at /);
  }, 60_000);

  it('says which database is damaged and what to do', async () => {
    const served = await serve(serveArgs());
    await served.end('SIGTERM');
    const file = join(directory, 'data', 'events.db');
    const bytes = readFileSync(file);
    bytes.fill(0x55, 0, 8192);
    writeFileSync(file, bytes);
    const { ended, output } = startEyrie(serveArgs());
    expect(await ended).toBe(74);
    expect(output()).toContain(`${file} is damaged or is not a database`);
    expect(output()).not.toMatch(/\n {4}at /);
  }, 90_000);

  it('says which database is locked, within seconds', async () => {
    const served = await serve(serveArgs());
    await served.end('SIGTERM');
    const file = join(directory, 'data', 'events.db');
    const holder = new DatabaseSync(file);
    holder.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    try {
      const { ended, output } = startEyrie(serveArgs());
      expect(await ended).toBe(74);
      expect(output()).toContain(`${file} is locked by another program`);
      expect(output()).not.toMatch(/\n {4}at /);
    } finally {
      holder.close();
    }
  }, 90_000);

  it('says so when the storage directory can not be used', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const { ended, output } = startEyrie(serveArgs('--storage', join(file, 'below')));
    expect(await ended).toBe(74);
    expect(output()).toMatch(/storage directory .* can't be created \(ENOTDIR\)/);
  }, 60_000);

  it('keeps its data from other users', async () => {
    const served = await serve(serveArgs());
    const modes = spawnSync('stat', ['-c', '%a', join(directory, 'data')], { encoding: 'utf8' });
    expect(modes.stdout.trim()).toBe('700');
    await served.end('SIGTERM');
  }, 60_000);

  it.runIf(isRoot)(
    'serves without privileges and says what is missing and how to get it',
    async () => {
      const data = join(directory, 'data');
      const served = await serve(['serve', '--port', '0', '--storage', data], withoutPrivileges);
      expect((await fetch(`${served.origin}/health`)).status).toBe(200);
      const ready = await fetch(`${served.origin}/ready`);
      expect(ready.status).toBe(503);
      const body = (await ready.json()) as { problems: { problem: string; fix: string }[] };
      expect(body.problems[0]?.problem).toMatch(/Nothing is captured/);
      expect(body.problems[0]?.fix).toMatch(/CAP_BPF/);
      expect((await served.end('SIGTERM')).status).toBe(0);
    },
    60_000,
  );
});
