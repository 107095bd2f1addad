/** A small recorded story: an agent asks a model, runs the tool it is told to run, and sends the result back. */
import type { ProcessExec, ProcessSeen } from '@eyrie/bpf/wire';
import { encodeExec, encodeExit, encodeFork, encodeTlsData, encodeTlsFree } from './encode-records.ts';

export const bootId = '0a1b2c3d2dd74efd9472037742bbfaa8';
export const secret = 'sk-proj-planted_A1b2C3d4E5f6-G7h8';

const image = {
  flags: 0,
  cgroupId: 77,
  exeInode: 1n,
  exeDevice: 1,
  uid: 1000,
  gid: 1000,
  euid: 1000,
  mountNs: 11,
  pidNs: 12,
  netNs: 13,
  userNs: 14,
  argc: 1,
} as const;

export const shell: ProcessSeen = {
  ...image,
  kind: 'process_seen',
  ktimeUs: 1_000_000,
  startBoottimeUs: 500_000,
  parentStartBoottimeUs: 0,
  tgid: 400,
  parentTgid: 0,
  nsTgid: 400,
  comm: 'bash',
  path: '/bin/bash',
  cwd: '/home/dev',
  args: ['bash', '-l'],
};

export const agent: ProcessExec = {
  ...image,
  kind: 'process_exec',
  ktimeUs: 2_000_000,
  startBoottimeUs: 2_000_100,
  parentStartBoottimeUs: 500_000,
  tgid: 500,
  parentTgid: 400,
  nsTgid: 500,
  comm: 'node',
  path: './bin/agent',
  cwd: '/home/dev',
  args: ['agent', '--api-key', secret, 'say hello'],
};

export const tool: ProcessExec = {
  ...image,
  kind: 'process_exec',
  ktimeUs: 5_000_000,
  startBoottimeUs: 4_900_100,
  parentStartBoottimeUs: 2_000_100,
  tgid: 600,
  parentTgid: 500,
  nsTgid: 600,
  comm: 'ls',
  path: '/bin/ls',
  cwd: '/home/dev',
  args: ['ls', '-l'],
};

function httpRequest(body: object): Buffer {
  const json = JSON.stringify(body);
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'Host: api.openai.com',
    `Authorization: Bearer ${secret}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${json}`);
}

function httpResponse(body: object): Buffer {
  const json = JSON.stringify(body);
  const head = [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${json}`);
}

function completion(message: object, finish: string): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'gpt-5-2026',
    choices: [{ index: 0, message, finish_reason: finish }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  };
}

const call = {
  id: 'call_1',
  type: 'function',
  function: { name: 'run', arguments: `{"cmd":"ls","token":"${secret}"}` },
};
const question = { role: 'user', content: `list my files, my key is ${secret}` };
const answer = { role: 'assistant', content: null, tool_calls: [call] };
const result = { role: 'tool', tool_call_id: 'call_1', content: `total 0 ${secret}` };

const connection = {
  flags: 0,
  startBoottimeUs: agent.startBoottimeUs,
  cgroupId: 77,
  ssl: 0x7f0000001000,
  connUs: 3_000_000,
  tgid: agent.tgid,
  tid: 501,
  fd: 12,
  uid: 1000,
} as const;

/** Splits what was written or read in pieces, as the kernel reports calls. */
function stream(direction: 'read' | 'write', position: number, atUs: number, bytes: Buffer): Buffer {
  const records: Buffer[] = [];
  for (let from = 0; from < bytes.byteLength; from += 100) {
    const payload = bytes.subarray(from, from + 100);
    const ktimeUs = atUs + from;
    records.push(
      encodeTlsData({
        ...connection,
        direction,
        position: position + from,
        ktimeUs,
        enteredUs: ktimeUs - 5,
        payload,
      }),
    );
  }
  return Buffer.concat(records);
}

/** The story as batches of records. */
export function scenarioBatches(): Buffer[] {
  const first = httpRequest({
    model: 'gpt-5',
    messages: [question],
    tools: [{ type: 'function', function: { name: 'run' } }],
  });
  const firstAnswer = httpResponse(completion(answer, 'tool_calls'));
  const second = httpRequest({ model: 'gpt-5', messages: [question, answer, result] });
  const secondAnswer = httpResponse(completion({ role: 'assistant', content: 'You have none.' }, 'stop'));
  return [
    encodeExec(shell),
    Buffer.concat([
      encodeFork({ ...agent, ktimeUs: 1_900_000, comm: 'bash' }),
      encodeExec(agent),
      stream('write', 0, 3_100_000, first),
    ]),
    stream('read', 0, 4_000_000, firstAnswer),
    Buffer.concat([encodeFork({ ...tool, ktimeUs: 4_900_000, comm: 'node' }), encodeExec(tool)]),
    encodeExit({
      ktimeUs: 5_100_000,
      startBoottimeUs: tool.startBoottimeUs,
      runtimeUs: 200_000,
      userUs: 1_500,
      systemUs: 500,
      maxRssKb: 2048,
      tgid: tool.tgid,
      exitCode: 0,
      signal: 9,
      coreDumped: 0,
    }),
    stream('write', first.byteLength, 6_000_000, second),
    stream('read', firstAnswer.byteLength, 7_000_000, secondAnswer),
    encodeTlsFree({ ...connection, ktimeUs: 8_000_000 }),
  ];
}
