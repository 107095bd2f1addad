/**
 * Makes AI calls over TLS and short processes at steady rates. Argument: port. Each line of standard input, {ms, callsPerSecond,
 * processesPerSecond}, is answered with {calls, processes} on standard output.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const port = Number(process.argv[2]);
// The certificate is made for this run and by nobody.
const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
const prompt = 'Which of these measurements would you trust, and why? '.repeat(180);

async function call(number: number): Promise<void> {
  const body = JSON.stringify({
    model: 'bench-1',
    messages: [{ role: 'user', content: `${number} ${prompt}` }],
  });
  const headers = {
    host: 'api.openai.com',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  const sent = request({
    ...{ agent, port, host: '127.0.0.1', method: 'POST', path: '/v1/chat/completions' },
    headers,
  });
  const answered = new Promise<void>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => response.on('end', resolve).resume());
  });
  sent.end(body);
  await answered;
}

async function runProcess(): Promise<void> {
  await once(spawn('/bin/true', { stdio: 'ignore' }), 'exit');
}

/** Starts `act` at even intervals, whether or not the one before has ended; resolves when all have. */
async function pace(ms: number, perSecond: number, act: (number: number) => Promise<void>): Promise<number> {
  const count = Math.round((ms / 1000) * perSecond);
  const start = performance.now();
  const running: Promise<void>[] = [];
  for (let number = 0; number < count; number += 1) {
    await delay(Math.max(0, start + (number * 1000) / perSecond - performance.now()));
    running.push(act(number));
  }
  await Promise.all(running);
  return count;
}

for await (const line of createInterface({ input: process.stdin })) {
  const parsed: unknown = JSON.parse(line);
  const order = new Map(Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {}));
  const number = (name: string): number => Number(order.get(name));
  const [calls, processes] = await Promise.all([
    pace(number('ms'), number('callsPerSecond'), call),
    pace(number('ms'), number('processesPerSecond'), runProcess),
  ]);
  console.log(JSON.stringify({ calls, processes }));
}
process.exit();
