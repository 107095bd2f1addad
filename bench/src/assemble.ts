/**
 * TLS plaintext to assembled AI messages: records of 16 KiB with requests of about 220 KB, as coding agents send them, and
 * streamed answers of the three APIs in chunks as servers write them. The floor is what nobody can save: one copy of the
 * bytes, one conversion to text and one JSON.parse of the same bodies and events, in the same run.
 */
import { createAssemblyMeter } from '@eyrie/engine/assembly';
import { median } from './result.ts';
import type { BenchResult } from './result.ts';

interface Exchange {
  readonly request: Buffer;
  /** One call of the TLS library each. */
  readonly response: readonly Buffer[];
  readonly bodies: readonly Buffer[];
}

const recordBytes = 16_384;
const eventsPerAnswer = 400;
const rounds = 11;

/** Text of about `bytes` bytes with quotes, line ends and some letters beyond ASCII, as source code and tool output have. */
function sampleText(bytes: number): string {
  const line = 'const total = items.reduce((sum, item) => sum + item.price, 0);\n\treturn `"${total}"`; // ';
  return line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes);
}

function conversation(
  bytes: number,
  toContent: (text: string) => unknown,
): { role: string; content: unknown }[] {
  const turns = 20;
  return Array.from({ length: turns }, (_, turn) => ({
    role: turn % 2 === 0 ? 'user' : 'assistant',
    content: toContent(`${sampleText(bytes / turns)} ${turn === 0 ? 'für Käse' : ''}`),
  }));
}

function words(count: number): string[] {
  return Array.from({ length: count }, (_, index) => (index % 7 === 0 ? '\n  "key": ' : ` word${index}`));
}

const chatEvents = (): unknown[] => [
  ...words(eventsPerAnswer).map((content) => ({
    id: 'chatcmpl-9YbC4',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'gpt-4o-2024-08-06',
    service_tier: 'default',
    system_fingerprint: 'fp_a288987b44',
    choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
  })),
  {
    id: 'chatcmpl-9YbC4',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
  },
];

const messagesEvents = (): unknown[] => [
  { type: 'message_start', message: { id: 'msg_1', model: 'claude-sonnet-4-5', usage: { input_tokens: 9 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  ...words(eventsPerAnswer).map((text) => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text },
  })),
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: eventsPerAnswer } },
  { type: 'message_stop' },
];

function responsesEvents(): unknown[] {
  const pieces = words(eventsPerAnswer);
  const item = {
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: pieces.join('') }],
  };
  return [
    {
      type: 'response.created',
      response: { id: 'resp_1', status: 'in_progress', model: 'gpt-5', output: [] },
    },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
    ...pieces.map((delta, index) => ({
      type: 'response.output_text.delta',
      sequence_number: index,
      item_id: 'msg_67c9fdcf37fc8190ba82116e33fb28c5',
      output_index: 0,
      content_index: 0,
      delta,
    })),
    {
      type: 'response.completed',
      response: { id: 'resp_1', status: 'completed', model: 'gpt-5', output: [item] },
    },
  ];
}

function exchange(host: string, path: string, body: unknown, events: readonly unknown[]): Exchange {
  const text = Buffer.from(JSON.stringify(body));
  const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nauthorization: Bearer sk-proj-abcdef\r\ncontent-length: ${text.length}\r\n\r\n`;
  const bodies = events.map((event) => Buffer.from(JSON.stringify(event)));
  const chunks = bodies.map((data) => {
    // the chat format has no event lines, the other two have one for each event
    const type = /^\{"type":"([^"]+)"/.exec(data.toString('latin1'))?.[1];
    const event = `${type === undefined ? '' : `event: ${type}\n`}data: `;
    const size = event.length + data.length + 2;
    return Buffer.concat([Buffer.from(`${size.toString(16)}\r\n${event}`), data, Buffer.from('\n\n\r\n')]);
  });
  const answer = Buffer.from(
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  return {
    request: Buffer.concat([Buffer.from(head), text]),
    response: [answer, ...chunks, Buffer.from('0\r\n\r\n')],
    bodies: [text, ...bodies],
  };
}

function sampleExchanges(): Exchange[] {
  const tools = [
    { type: 'function', function: { name: 'read_file', description: 'Reads.', parameters: {} } },
  ];
  const size = 220_000;
  return [
    exchange(
      'api.openai.com',
      '/v1/chat/completions',
      { model: 'gpt-4o', stream: true, tools, messages: conversation(size, (text) => text) },
      chatEvents(),
    ),
    exchange(
      'api.anthropic.com',
      '/v1/messages',
      {
        model: 'claude-sonnet-4-5',
        max_tokens: 4096,
        stream: true,
        messages: conversation(size, (text) => [{ type: 'text', text }]),
      },
      messagesEvents(),
    ),
    exchange(
      'api.openai.com',
      '/v1/responses',
      { model: 'gpt-5', stream: true, input: conversation(size, (text) => [{ type: 'input_text', text }]) },
      responsesEvents(),
    ),
  ];
}

/** Feeds one exchange as records of a connection of its own. */
function feed(
  meter: ReturnType<typeof createAssemblyMeter>,
  { request, response }: Exchange,
  connection: number,
): number {
  let timeUs = 1_000_000;
  const common = { startBoottimeUs: 1, tgid: 100, connUs: 1, flags: 0, cgroupId: 1, tid: 100, fd: 7, uid: 0 };
  const ssl = 0x7f00_0000_0000 + connection * 0x200;
  const send = (direction: 'read' | 'write', bytes: Buffer, start: number): void => {
    timeUs += 10;
    for (let at = 0; at < bytes.length; at += recordBytes) {
      const payload = bytes.subarray(at, at + recordBytes);
      const position = start + at;
      meter.record({ ...common, ssl, ktimeUs: timeUs, enteredUs: timeUs, position, direction, payload });
    }
  };
  send('write', request, 0);
  let position = 0;
  for (const bytes of response) {
    send('read', bytes, position);
    position += bytes.length;
  }
  return request.length + position;
}

function seconds(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function floorOnce(exchanges: readonly Exchange[], copies: number): number {
  let parsed = 0;
  for (let round = 0; round < copies; round++) {
    for (const { request, response, bodies } of exchanges) {
      Buffer.from(request);
      for (const bytes of response) Buffer.from(bytes);
      for (const body of bodies) if (JSON.parse(body.toString('utf8')) !== null) parsed++;
    }
  }
  return parsed;
}

/** Megabytes of plaintext assembled a second, with the floor measured in turns with it. */
export async function run(): Promise<readonly BenchResult[]> {
  const exchanges = sampleExchanges();
  const copies = 60;
  const expected = copies * exchanges.length;
  const figures: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const meter = createAssemblyMeter();
    let bytes = 0;
    let connection = 0;
    const taken = seconds(() => {
      for (let copy = 0; copy < copies; copy++)
        for (const one of exchanges) bytes += feed(meter, one, connection++);
    });
    const count = meter.finish();
    if (count.requests !== expected || count.responses !== expected || count.partial > 0) {
      throw new Error(
        `assembled ${count.requests}/${count.responses} of ${expected}, ${count.partial} partial`,
      );
    }
    figures.push(bytes / taken / 1e6);
    floors.push(bytes / seconds(() => floorOnce(exchanges, copies)) / 1e6);
    // lets what was collected meanwhile be freed between rounds
    await new Promise((resolve) => setImmediate(resolve));
  }
  const value = median(figures);
  const floor = median(floors);
  return [
    {
      name: 'assemble: TLS plaintext to assembled AI messages',
      value,
      unit: 'MB/s',
      floor: { name: 'one copy, one text and one JSON.parse of the same bodies', value: floor },
      ratio: value / floor,
      notes: [
        `best round ${Math.max(...figures).toFixed(0)} MB/s, floor ${Math.max(...floors).toFixed(0)} MB/s`,
      ],
    },
  ];
}
