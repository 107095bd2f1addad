import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the server saw of one connection. */
export interface Exchange {
  readonly received: string;
  readonly receivedBytes: number;
  readonly sent: string;
  readonly sentBytes: number;
}

/** A running TLS server in a process of its own. */
export interface TlsPeer {
  readonly port: number;
  readonly pid: number;
  readonly folder: string;
  /** The next exchange that was not asked for yet. */
  nextExchange(): Promise<Exchange>;
  close(): void;
}

/** Starts the server on a free port of the loopback interface with a fresh certificate. */
export async function startTlsPeer(): Promise<TlsPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...[
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-keyout',
      key,
      '-out',
      cert,
    ],
  ]);
  if (made.status !== 0) throw new Error(`openssl req failed: ${String(made.stderr)}`);
  const script = fileURLToPath(new URL('tls-server.mjs', import.meta.url));
  const server = spawn(process.execPath, [script, key, cert], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
  const { port } = (await nextLine()) as { port: number };
  return {
    port,
    pid: server.pid!,
    folder,
    nextExchange: async () => (await nextLine()) as Exchange,
    close() {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a program to its end with `input` on its standard input. */
export async function run(
  command: string,
  args: readonly string[],
  options: { input?: string | Buffer; env?: NodeJS.ProcessEnv } = {},
): Promise<{ pid: number; status: number | null; stdout: Buffer; stderr: string }> {
  const child: ChildProcess = spawn(command, args, { stdio: 'pipe', env: options.env ?? process.env });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout!.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(options.input ?? '');
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { pid: child.pid!, status, stdout: Buffer.concat(stdout), stderr };
}
