/**
 * `npm run demo`: a local HTTPS server that speaks the OpenAI and Anthropic APIs, and real clients that call it, so that
 * conversations appear in the dashboard without an account and without a packet leaving the machine.
 *
 *   npm run demo                 run every client once
 *   npm run demo -- --loop       go on until stopped, a round every ten seconds
 *   npm run demo -- --replay     no kernel needed: send recorded conversations through the same pipeline
 *   npm run demo -- --dashboard http://127.0.0.1:7777
 *   npm run demo -- --clients-only   neither look for a sensor nor start one
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeCertificate, type Certificate } from './certificate.ts';
import { startAiServer } from './server/ai-server.ts';

const here = import.meta.dirname;
const cli = join(here, '../../../apps/server/src/main.ts');
const clients = ['openai-agent', 'anthropic-agent', 'openai-responses', 'curl'];
const roundPauseMs = 10_000;

const { values: options } = parseArgs({
  options: {
    replay: { type: 'boolean', default: false },
    loop: { type: 'boolean', default: false },
    'clients-only': { type: 'boolean', default: false },
    dashboard: { type: 'string', default: 'http://127.0.0.1:7777' },
  },
});

async function isUp(): Promise<boolean> {
  try {
    return (await fetch(new URL('/health', options.dashboard))).ok;
  } catch {
    return false;
  }
}

/** Starts a sensor that captures only this process and what it starts, when none is running yet. */
async function ensureSensor(): Promise<ChildProcess | undefined> {
  if (await isUp()) return undefined;
  console.log('No sensor is running: starting one that captures this demo only.');
  const port = new URL(options.dashboard).port;
  const sensor = spawn(
    process.execPath,
    [cli, 'serve', '--port', port, '--scope-subtree', String(process.pid)],
    { stdio: 'inherit' },
  );
  for (let tries = 0; tries < 100; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (await isUp()) return sensor;
    if (sensor.exitCode !== null)
      throw new Error(`The sensor ended with status ${sensor.exitCode}: see its message above.`);
  }
  throw new Error(`The sensor did not answer at ${options.dashboard} within 20 seconds.`);
}

/** A small project for the agents to look at. */
function makeProject(folder: string): void {
  writeFileSync(
    join(folder, 'notes.txt'),
    'Ship the sensor on Friday.\nOrder coffee for the team.\nCall the landlord back.\n',
  );
  writeFileSync(join(folder, 'server.log'), 'listening on 443\n'.repeat(400));
  writeFileSync(join(folder, 'main.py'), 'print("hello")\n');
}

function runClient(
  name: string,
  folder: string,
  environment: { certificate: Certificate; port: number },
): Promise<void> {
  const env = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: environment.certificate.path,
    DEMO_PORT: String(environment.port),
  };
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(here, 'clients', `${name}.ts`)], {
      cwd: folder,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('exit', (status) => {
      console.log(
        `  ${name.padEnd(18)} ${status === 0 ? 'done' : `failed with status ${status}`} in ${Math.round(performance.now() - started)} ms`,
      );
      resolve();
    });
  });
}

async function runLive(): Promise<void> {
  const sensor = options['clients-only'] ? undefined : await ensureSensor();
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-demo-'));
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  process.once('SIGTERM', () => stopped.abort());
  try {
    makeProject(folder);
    const certificate = makeCertificate(folder);
    const server = await startAiServer(certificate);
    console.log(
      `A server that speaks the OpenAI and Anthropic APIs listens on https://127.0.0.1:${server.port}`,
    );
    do {
      for (const name of clients)
        if (!stopped.signal.aborted) await runClient(name, folder, { certificate, port: server.port });
      console.log(`Look at ${new URL('/ai', options.dashboard).href}`);
      if (options.loop) await pause(roundPauseMs, stopped.signal);
    } while (options.loop && !stopped.signal.aborted);
    if (sensor && !stopped.signal.aborted) {
      console.log('The sensor goes on until you press Ctrl-C.');
      await pause(2 ** 31 - 1, stopped.signal);
    }
    await server.close();
  } finally {
    sensor?.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** By the sensor that is running; without one, by a server that starts for it. */
async function runReplay(): Promise<void> {
  const recording = join(here, '../recordings/conversations.trace');
  const serving = (await isUp()) ? [] : ['--serve', '--port', new URL(options.dashboard).port];
  const replay = spawn(process.execPath, [cli, 'replay', recording, ...serving], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => replay.kill(signal));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    replay.on('error', reject);
    replay.on('exit', (status) => resolve(status ?? 1));
  });
}

await (options.replay ? runReplay() : runLive());
