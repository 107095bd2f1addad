import { serverPort } from './loopback-only.ts';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { refusedKey } from '../server/ai-server.ts';

/** A shell user's calls with curl: one that works, one with a key that is refused, and one that is no AI call at all. */
const execute = promisify(execFile);
const port = serverPort();
const origin = `https://api.openai.com:${port}`;
const common = [
  '--silent',
  '--show-error',
  '--cacert',
  process.env['NODE_EXTRA_CA_CERTS'] ?? '',
  '--resolve',
  `api.openai.com:${port}:127.0.0.1`,
];
const json = ['-H', 'content-type: application/json'];

async function ask(key: string, model: string, content: string): Promise<void> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content }] });
  const authorization = ['-H', `authorization: Bearer ${key}`];
  await execute('curl', [
    ...common,
    ...json,
    ...authorization,
    '--data',
    body,
    `${origin}/v1/chat/completions`,
  ]);
}

await ask('sk-DEMOdemoDEMOdemoDEMOdemoDEMOdemo', 'gpt-4o', 'What is eBPF, in two sentences?');
await ask(refusedKey, 'gpt-4o', 'Does this key still work?');
await execute('curl', [...common, `${origin}/`]);
