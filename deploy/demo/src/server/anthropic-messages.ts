import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { asRecord, asRecords, asString, textOf } from './body.ts';
import { answer, countTokens, pieces, type Ask, type Reply } from './model.ts';

type Block =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown };

/** POST /v1/messages, as Anthropic's API reference describes it, streamed or not. */
export async function messages(c: Context): Promise<Response> {
  const body = asRecord(await c.req.json());
  c.header('request-id', `req_${crypto.randomUUID()}`);
  const ask = readAsk(body);
  if (ask.lastUserText.includes('overload')) {
    // 529 is Anthropic's own status, not one Hono's types know.
    return Response.json(
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      { status: 529 },
    );
  }
  const reply = answer(ask);
  const content = blocksOf(reply, asRecord(body['thinking'])['type'] === 'enabled');
  const stopReason = reply.toolCall ? 'tool_use' : 'end_turn';
  const inputTokens = countTokens(JSON.stringify(body['messages']) + JSON.stringify(body['system'] ?? ''));
  const outputTokens = countTokens(reply.thinking + reply.text);
  const usage = {
    input_tokens: inputTokens,
    cache_read_input_tokens: 64,
    cache_creation_input_tokens: 0,
    output_tokens: outputTokens,
  };
  const message = {
    id: `msg_${crypto.randomUUID().replaceAll('-', '')}`,
    type: 'message',
    role: 'assistant',
    model: asString(body['model']),
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage,
  };
  if (body['stream'] !== true) return c.json(message);
  return streamSSE(c, async (stream) => {
    const send = async (type: string, fields: object): Promise<void> => {
      await stream.writeSSE({ event: type, data: JSON.stringify({ type, ...fields }) });
      await stream.sleep(8);
    };
    await send('message_start', {
      message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
    });
    await send('ping', {});
    for (const [index, block] of content.entries()) {
      await send('content_block_start', { index, content_block: emptied(block) });
      for (const delta of deltasOf(block)) await send('content_block_delta', { index, delta });
      await send('content_block_stop', { index });
    }
    await send('message_delta', {
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { output_tokens: outputTokens },
    });
    await send('message_stop', {});
  });
}

function readAsk(body: Readonly<Record<string, unknown>>): Ask {
  const list = asRecords(body['messages']);
  const isResult = (block: Readonly<Record<string, unknown>>): boolean => block['type'] === 'tool_result';
  const result = asRecords(list.at(-1)?.['content']).find(isResult);
  const user = list.findLast((m) => m['role'] === 'user' && !asRecords(m['content']).some(isResult));
  return {
    lastUserText: textOf(user?.['content']),
    toolNames: asRecords(body['tools']).map((tool) => asString(tool['name'])),
    toolResult: result && textOf(result['content']),
  };
}

function blocksOf(reply: Reply, thinking: boolean): Block[] {
  const blocks: Block[] = [];
  if (thinking) blocks.push({ type: 'thinking', thinking: reply.thinking, signature: 'c2lnbmF0dXJl' });
  blocks.push({ type: 'text', text: reply.text });
  if (reply.toolCall) {
    const id = `toolu_${crypto.randomUUID().slice(0, 12)}`;
    blocks.push({
      type: 'tool_use',
      id,
      name: reply.toolCall.name,
      input: JSON.parse(reply.toolCall.argumentsJson),
    });
  }
  return blocks;
}

function emptied(block: Block): object {
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  if (block.type === 'text') return { type: 'text', text: '' };
  return { ...block, input: {} };
}

function deltasOf(block: Block): object[] {
  if (block.type === 'thinking') {
    const parts = pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking }));
    return [...parts, { type: 'signature_delta', signature: block.signature }];
  }
  if (block.type === 'text') return pieces(block.text).map((text) => ({ type: 'text_delta', text }));
  return pieces(JSON.stringify(block.input)).map((part) => ({
    type: 'input_json_delta',
    partial_json: part,
  }));
}
