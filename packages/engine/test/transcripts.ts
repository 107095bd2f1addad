import { Buffer } from 'node:buffer';
import * as zlib from 'node:zlib';
import type { AiApi } from '../src/event/types.ts';
import { chunkedBody, httpMessage } from './wire-driver.ts';

/** What a conversation says; transcripts of the three APIs are made from it and must read back as it. */
export interface Script {
  readonly api: AiApi;
  readonly model: string;
  readonly system: string;
  readonly prompt: string;
  /** Pieces of the answer, as a model streams them. */
  readonly answer: readonly string[];
  readonly toolCall:
    { readonly id: string; readonly name: string; readonly arguments: readonly string[] } | undefined;
  readonly streamed: boolean;
  readonly coding: 'identity' | 'gzip' | 'deflate' | 'br' | 'zstd';
  /** How the body of the answer travels. */
  readonly framing: 'chunked' | 'length' | 'until_close';
}

export interface Transcript {
  readonly request: Buffer;
  readonly response: Buffer;
}

const compress: Record<Script['coding'], (bytes: Buffer) => Buffer> = {
  identity: (bytes) => bytes,
  gzip: (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
  zstd: (bytes) => zlib.zstdCompressSync(bytes),
};

interface Answer {
  readonly body: unknown;
  readonly events: readonly { readonly type?: string; readonly data: unknown }[];
}

function chatAnswer({ model, answer, toolCall }: Script): Answer {
  const finish_reason = toolCall === undefined ? 'stop' : 'tool_calls';
  const call = toolCall && {
    id: toolCall.id,
    type: 'function',
    function: { name: toolCall.name, arguments: toolCall.arguments.join('') },
  };
  const usage = {
    prompt_tokens: 11,
    completion_tokens: 5,
    total_tokens: 16,
    prompt_tokens_details: { cached_tokens: 2 },
  };
  const chunk = (delta: unknown, reason: string | null = null) => ({
    data: {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      model,
      choices: [{ index: 0, delta, finish_reason: reason }],
    },
  });
  const message = { role: 'assistant', content: answer.join(''), ...(call ? { tool_calls: [call] } : {}) };
  return {
    body: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message, finish_reason }],
      usage,
    },
    events: [
      chunk({ role: 'assistant', content: '' }),
      ...answer.map((content) => chunk({ content })),
      ...(toolCall
        ? [
            chunk({
              tool_calls: [
                {
                  index: 0,
                  id: toolCall.id,
                  type: 'function',
                  function: { name: toolCall.name, arguments: '' },
                },
              ],
            }),
            ...toolCall.arguments.map((piece) =>
              chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] }),
            ),
          ]
        : []),
      chunk({}, finish_reason),
      { data: { id: 'chatcmpl-1', object: 'chat.completion.chunk', model, choices: [], usage } },
      { data: '[DONE]' },
    ],
  };
}

function responsesAnswer({ model, answer, toolCall }: Script): Answer {
  const message = {
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: answer.join('') }],
  };
  const call = toolCall && {
    type: 'function_call',
    call_id: toolCall.id,
    name: toolCall.name,
    arguments: toolCall.arguments.join(''),
  };
  const usage = {
    input_tokens: 11,
    output_tokens: 5,
    total_tokens: 16,
    input_tokens_details: { cached_tokens: 2 },
  };
  const output = call ? [message, call] : [message];
  const body = { id: 'resp_1', object: 'response', status: 'completed', model, output, usage, error: null };
  const event = (data: { type: string }) => ({ type: data.type, data });
  return {
    body,
    events: [
      event({
        type: 'response.created',
        response: { ...body, status: 'in_progress', output: [], usage: null },
      } as { type: string }),
      event({ type: 'response.output_item.added', output_index: 0, item: { ...message, content: [] } } as {
        type: string;
      }),
      ...answer.map((delta, index) =>
        event({
          type: 'response.output_text.delta',
          sequence_number: index,
          output_index: 0,
          content_index: 0,
          delta,
        } as { type: string }),
      ),
      ...(toolCall
        ? [
            event({
              type: 'response.output_item.added',
              output_index: 1,
              item: { ...call, arguments: '' },
            } as { type: string }),
            ...toolCall.arguments.map((delta) =>
              event({ type: 'response.function_call_arguments.delta', output_index: 1, delta } as {
                type: string;
              }),
            ),
          ]
        : []),
      event({ type: 'response.completed', response: body } as { type: string }),
    ],
  };
}

function messagesAnswer({ model, answer, toolCall }: Script): Answer {
  const stop_reason = toolCall === undefined ? 'end_turn' : 'tool_use';
  const content: unknown[] = [{ type: 'text', text: answer.join('') }];
  if (toolCall) {
    content.push({
      type: 'tool_use',
      id: toolCall.id,
      name: toolCall.name,
      input: JSON.parse(toolCall.arguments.join('')) as unknown,
    });
  }
  const usage = {
    input_tokens: 9,
    cache_read_input_tokens: 2,
    cache_creation_input_tokens: 0,
    output_tokens: 5,
  };
  const body = { id: 'msg_1', type: 'message', role: 'assistant', model, content, stop_reason, usage };
  const event = (type: string, rest: object = {}) => ({ type, data: { type, ...rest } });
  const delta = (index: number, piece: object) => event('content_block_delta', { index, delta: piece });
  return {
    body,
    events: [
      event('message_start', {
        message: { ...body, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
      }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      event('ping'),
      ...answer.map((text) => delta(0, { type: 'text_delta', text })),
      event('content_block_stop', { index: 0 }),
      ...(toolCall
        ? [
            event('content_block_start', {
              index: 1,
              content_block: { type: 'tool_use', id: toolCall.id, name: toolCall.name, input: {} },
            }),
            ...toolCall.arguments.map((partial_json) => delta(1, { type: 'input_json_delta', partial_json })),
            event('content_block_stop', { index: 1 }),
          ]
        : []),
      event('message_delta', { delta: { stop_reason }, usage: { output_tokens: 5 } }),
      event('message_stop'),
    ],
  };
}

const apis = {
  'openai.chat_completions': {
    start: ['POST /v1/chat/completions HTTP/1.1', 'Host: api.openai.com'],
    request: ({ system, prompt }: Script): object => ({
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: [{ type: 'text', text: prompt }] },
      ],
    }),
    answer: chatAnswer,
  },
  'openai.responses': {
    start: ['POST /v1/responses HTTP/1.1', 'Host: api.openai.com'],
    request: ({ system, prompt }: Script): object => ({
      instructions: system,
      input: [{ role: 'user', content: [{ type: 'input_text', text: prompt }] }],
    }),
    answer: responsesAnswer,
  },
  'anthropic.messages': {
    start: ['POST /v1/messages HTTP/1.1', 'Host: api.anthropic.com'],
    request: ({ system, prompt }: Script): object => ({
      max_tokens: 100,
      system: [{ type: 'text', text: system }],
      messages: [{ role: 'user', content: prompt }],
    }),
    answer: messagesAnswer,
  },
} as const;

function frame(lines: readonly string[], body: Buffer, framing: Script['framing']): Buffer {
  if (framing === 'length') return httpMessage(lines, body);
  const head = Buffer.from(
    [...lines, ...(framing === 'chunked' ? ['transfer-encoding: chunked'] : []), '', ''].join('\r\n'),
  );
  if (framing === 'until_close') return Buffer.concat([head, body]);
  const third = Math.ceil(body.length / 3) || 1;
  const parts = [0, 1, 2].map((part) => body.subarray(part * third, (part + 1) * third));
  return Buffer.concat([head, chunkedBody(parts, 'x-trailer: 1\r\n')]);
}

/** The bytes of one exchange that says what the script says. */
export function writeTranscript(script: Script): Transcript {
  const api = apis[script.api];
  const { body, events } = api.answer(script);
  const requestBody = JSON.stringify({
    model: script.model,
    stream: script.streamed,
    ...api.request(script),
  });
  const text = script.streamed
    ? events
        .map(
          ({ type, data }) =>
            `${type === undefined ? '' : `event: ${type}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`,
        )
        .join('')
    : JSON.stringify(body);
  const lines = [
    'HTTP/1.1 200 OK',
    `content-type: ${script.streamed ? 'text/event-stream; charset=utf-8' : 'application/json'}`,
    ...(script.coding === 'identity' ? [] : [`content-encoding: ${script.coding}`]),
  ];
  return {
    request: httpMessage(
      [...api.start, 'content-type: application/json', 'authorization: Bearer sk-proj-planted-secret'],
      requestBody,
    ),
    response: frame(lines, compress[script.coding](Buffer.from(text)), script.framing),
  };
}
