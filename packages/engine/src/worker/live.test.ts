import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { probePlatform } from '@eyrie/bpf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedactedEvent } from '../event/types.ts';
import { defaultRedactionConfig } from '../redact/config.ts';
import { startEngine, type EngineHandle } from './start-engine.ts';

// in CI a machine that can't capture must fail, not skip
const cannotCapture = process.env['CI'] === 'true' ? undefined : probePlatform().error?.message;
const nobody = { cgroups: [], users: [], executables: [], subtreePids: [] };
const secret = 'sk-proj-planted_A1b2C3d4E5f6-G7h8';

let folder = '';
let server: ChildProcess;
let port = '';

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  return chunk.toString().trim();
}

/** A shell that waits for a line and then runs a command: its subtree can be named before anything happens. */
function waitingShell(command: string): ChildProcess {
  return spawn('bash', ['-c', `read -r go; ${command}`], { stdio: ['pipe', 'pipe', 'ignore'] });
}

function request(body: string): string {
  const address = `api.openai.com:${port}`;
  const headers = `-H 'Authorization: Bearer ${secret}' -H 'content-type: application/json'`;
  return `curl -sk -o /dev/null -w '%{http_code}' --resolve ${address}:127.0.0.1 ${headers} --data-binary @${body} https://${address}/v1/chat/completions`;
}

interface Live {
  readonly engine: EngineHandle;
  readonly events: RedactedEvent[];
  readonly behindMs: number[];
}

async function startLive(subtreePids: readonly number[], traceOutput?: string): Promise<Live> {
  const events: RedactedEvent[] = [];
  const behindMs: number[] = [];
  const { promise: ready, resolve } = Promise.withResolvers<undefined>();
  const engine = startEngine({
    source: 'kernel',
    scope: { mode: 'selected', ...nobody, subtreePids, exclude: nobody },
    redaction: defaultRedactionConfig,
    ...(traceOutput === undefined ? {} : { traceOutput }),
    onEvents: (batch, ktimeUs) => {
      events.push(...batch);
      const nowUs = Number(process.hrtime.bigint() / 1000n);
      behindMs.push(...ktimeUs.map((us) => (nowUs - us) / 1000));
    },
    onState: (state) => {
      if (state.ready || state.code !== 'ENGINE_STARTING') resolve(undefined);
    },
  });
  await ready;
  expect(engine.state().reasons).toEqual([]);
  return { engine, events, behindMs };
}

async function until(test: () => boolean): Promise<void> {
  const limit = performance.now() + 10_000;
  while (!test() && performance.now() < limit) await delay(20);
  expect(test()).toBe(true);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'eyrie-live-'));
  const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')];
  const files = ['-keyout', key, '-out', certificate, '-days', '1', '-subj', '/CN=localhost'];
  // of the system, as the set-up installs it
  const program = 'openssl';
  const made = spawnSync(program, ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files], {
    stdio: 'ignore',
  });
  expect(made.status).toBe(0);
  const script = fileURLToPath(new URL('../../test/tls-server.mjs', import.meta.url));
  server = spawn(process.execPath, [script, key, certificate], { stdio: ['pipe', 'pipe', 'inherit'] });
  port = await firstLine(server);
});
afterAll(() => {
  server.stdin?.end();
  rmSync(folder, { recursive: true, force: true });
});

const of = (
  events: readonly RedactedEvent[],
  type: RedactedEvent['event_type'],
  pid?: number,
): RedactedEvent[] =>
  events.filter((event) => event.event_type === type && (pid === undefined || event.process?.pid === pid));

describe.skipIf(cannotCapture)(`startEngine on this kernel ${cannotCapture ?? ''}`, () => {
  it('makes redacted events of a real call over TLS, whole and with the process that made it', async () => {
    const body = join(folder, 'body');
    const text = `${'y'.repeat(220_000)} my key is ${secret}, mail planted.person@example.com`;
    writeFileSync(body, JSON.stringify({ model: 'test-model', messages: [{ role: 'user', content: text }] }));
    const shell = waitingShell(`${request(body)}; true`);
    const trace = join(folder, 'live.trace');
    const { engine, events, behindMs } = await startLive([shell.pid!, server.pid!], trace);
    shell.stdin?.write('go\n');
    expect(await firstLine(shell)).toBe('200');
    await until(() => of(events, 'ai.response').length > 0);
    await engine.close();

    // the server is in the scope as well; its side of the same exchange is counted, not told again
    expect(of(events, 'ai.request')).toHaveLength(1);
    expect(of(events, 'ai.response')).toHaveLength(1);
    expect(engine.stats()?.pipeline.enrich.dropped.server_side).toBe(2);
    const [call] = of(events, 'ai.request');
    expect(call).toMatchObject({
      process: { exe: expect.stringMatching(/\/curl$/) as string, name: 'curl', ppid: shell.pid },
      confidence: { level: 'high', completeness: 'full', process_attribution: 'direct' },
      ext: { connection: { host: `api.openai.com:${port}` } },
      data: { model: { id: 'test-model' }, auth: { type: 'api_key' } },
    });
    const [response] = of(events, 'ai.response');
    expect(response).toMatchObject({ data: { success: true, model: { id: 'test-model-1' } } });
    const said = call?.event_type === 'ai.request' ? call.data.messages[0]?.content[0] : undefined;
    expect(said?.type === 'text' && said.text).toBe(
      `${'y'.repeat(220_000)} my key is [API_KEY_REDACTED], mail [EMAIL_REDACTED]`,
    );
    const all = JSON.stringify(events);
    expect(all).not.toContain(secret);
    expect(all).not.toContain('planted');
    expect(of(events, 'process.exec', call?.process?.pid)).toHaveLength(1);
    expect(Math.max(...behindMs)).toBeLessThan(10_000);
    expect(engine.stats()?.pipeline.errors).toEqual({});

    // the same again, from the recording alone
    expect(statSync(trace).mode & 0o777).toBe(0o600);
    expect(readFileSync(trace, 'latin1')).toContain(secret);
    const replayed: RedactedEvent[] = [];
    const { promise: finished, resolve } = Promise.withResolvers<undefined>();
    const replay = startEngine({
      source: { replay: trace },
      scope: { mode: 'selected', ...nobody, exclude: nobody },
      redaction: defaultRedactionConfig,
      onEvents: (batch) => replayed.push(...batch),
      onState: (state) => {
        if (state.replay?.finished === true) resolve(undefined);
      },
    });
    await finished;
    await replay.close();
    const essence = (list: readonly RedactedEvent[]): unknown =>
      list.map((event) => [event.event_type, event.process?.exec_id]);
    expect(essence(replayed)).toEqual(essence(events));
  });

  it('says that a trace would overwrite a file and captures nothing', async () => {
    const taken = join(folder, 'taken');
    writeFileSync(taken, 'precious');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const engine = startEngine({
      source: 'kernel',
      scope: { mode: 'selected', ...nobody, subtreePids: [process.pid], exclude: nobody },
      redaction: defaultRedactionConfig,
      traceOutput: taken,
      onEvents: () => undefined,
      onState: (state) => {
        if (state.code === 'TRACE_EXISTS') resolve(undefined);
      },
    });
    await promise;
    await engine.close();
    expect(readFileSync(taken, 'utf8')).toBe('precious');
  });
});
