import { test as base } from '@playwright/test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate, startAiServer, type AiServer } from '@eyrie/demo';
import { freePort } from './free-port.ts';
import { startNginx } from './nginx.ts';
import { startProgram, type Program } from './program.ts';

const repository = join(import.meta.dirname, '../..');
const clients = join(repository, 'deploy/demo/src/clients');

/** Name and password of the administrator the first test makes. */
export const admin = { name: 'ada', password: 'correct horse battery staple' };

/** One running Eyrie behind nginx, a server that speaks the AI APIs, and a folder that holds all their files. */
export interface System {
  readonly folder: string;
  readonly storage: string;
  /** What the browser uses: https, through nginx. */
  readonly origin: string;
  /** Eyrie itself, without TLS, as Prometheus would reach it. */
  readonly direct: string;
  readonly eyrie: Program;
  /** Whether anything can be captured on this machine. */
  readonly captures: boolean;
  /** The one-time link from the log, rewritten by nobody: it must point at the public origin. */
  setupLink(): string;
  /** Runs one of the demonstration's real clients to its end. */
  runClient(name: 'openai-agent' | 'openai-responses' | 'anthropic-agent' | 'curl'): Promise<void>;
}

/** The one-time set-up link in what a server printed. */
export function findSetupLink(output: string): string {
  const link = /https?:\/\/\S+\/setup\?token=[\w-]+/.exec(output)?.[0];
  if (link === undefined) throw new Error(`no set-up link in:\n${output}`);
  return link;
}

async function start(folder: string): Promise<{ system: System; stop(): Promise<void> }> {
  const [upstream, tls, plain] = await Promise.all([freePort(), freePort(), freePort()]);
  const storage = join(folder, 'storage');
  const origin = `https://127.0.0.1:${tls}`;
  const config = [
    ...['[server]', `port = ${upstream}`, `public_origin = "${origin}"`],
    ...['[storage]', `directory = "${storage}"`],
    // Only what this test run starts is observed.
    ...['[capture]', 'scope = "selected"', `subtree_pids = [${process.pid}]`],
  ];
  writeFileSync(join(folder, 'config.toml'), `${config.join('\n')}\n`);
  const eyrie = startProgram(process.execPath, [
    join(repository, 'apps/server/src/main.ts'),
    ...['serve', '--config', join(folder, 'config.toml')],
  ]);
  await eyrie.says('/setup?token=');
  const nginx = await startNginx(folder, { tls, plain, upstream });
  const certificate = makeCertificate(folder);
  const ai: AiServer = await startAiServer(certificate);
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'notes.txt'), 'Ship on Friday.\nCall back.\n');
  writeFileSync(join(project, 'server.log'), 'listening\n'.repeat(300));

  const runClient: System['runClient'] = async (name) => {
    const env = { NODE_EXTRA_CA_CERTS: certificate.path, DEMO_PORT: String(ai.port) };
    const client = startProgram(process.execPath, [join(clients, `${name}.ts`)], { env, cwd: project });
    const status = await new Promise<number | null>((resolve) => client.child.on('exit', resolve));
    if (status !== 0) throw new Error(`${name} failed with ${status}:\n${client.output()}`);
  };
  const setupLink = (): string => findSetupLink(eyrie.output());
  const stop = async (): Promise<void> => {
    await ai.close();
    await nginx.stop();
    await eyrie.stop();
  };
  const direct = `http://127.0.0.1:${upstream}`;
  const captures = (await fetch(`${direct}/ready`)).ok;
  return { system: { folder, storage, origin, direct, eyrie, captures, setupLink, runClient }, stop };
}

/** Playwright's `test` with the running system as a fixture that all tests of the worker share. */
export const test = base.extend<object, { system: System }>({
  system: [
    // Playwright reads a fixture's dependencies from this pattern: none.
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'eyrie-e2e-'));
      const running = await start(folder);
      await use(running.system);
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});
