import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate, type Certificate } from '../certificate.ts';
import { startAiServer, type AiServer } from '../server/ai-server.ts';

let folder: string;
let certificate: Certificate;
let server: AiServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'eyrie-demo-test-'));
  writeFileSync(join(folder, 'notes.txt'), 'one\ntwo\n');
  certificate = makeCertificate(folder);
  server = await startAiServer(certificate);
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(client: string): Promise<{ status: number | null; errors: string }> {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate.path, DEMO_PORT: String(server.port) };
  const child = spawn(process.execPath, [join(import.meta.dirname, `${client}.ts`)], { cwd: folder, env });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve) => child.on('exit', (status) => resolve({ status, errors })));
}

describe('the demonstration clients', () => {
  it.each(['openai-agent', 'openai-responses', 'anthropic-agent', 'curl'])(
    '%s is content with what the server answers',
    async (client) => {
      const { status, errors } = await run(client);
      expect(errors).toBe('');
      expect(status).toBe(0);
    },
    30_000,
  );
});
