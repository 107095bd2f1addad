import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { asRecord, asRecords, asString, textOf } from './body.ts';
import { answer, countTokens, pieces, type Ask, type Reply } from './model.ts';

interface OutputItem {
  readonly id: string;
  readonly type: 'reasoning' | 'message' | 'function_call';
  readonly [field: string]: unknown;
}

/** POST /v1/responses, as OpenAI's API reference describes it, streamed or not. */
export async function responses(c: Context): Promise<Response> {
  const body = asRecord(await c.req.json());
  const reply = answer(readAsk(body));
  const output = itemsOf(reply);
  const base = {
    id: `resp_${crypto.randomUUID().replaceAll('-', '')}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    model: asString(body['model']),
    error: null,
    previous_response_id: body['previous_response_id'] ?? null,
  };
  const done = { ...base, status: 'completed', output, usage: usageOf(body, reply) };
  c.header('x-request-id', `req_${crypto.randomUUID()}`);
  if (body['stream'] !== true) return c.json(done);
  return streamSSE(c, async (stream) => {
    let sequence = 0;
    const send = async (type: string, fields: object): Promise<void> => {
      await stream.writeSSE({
        event: type,
        data: JSON.stringify({ type, sequence_number: sequence++, ...fields }),
      });
      await stream.sleep(8);
    };
    const started = { ...base, status: 'in_progress', output: [] };
    await send('response.created', { response: started });
    await send('response.in_progress', { response: started });
    for (const [index, item] of output.entries()) {
      const at = { item_id: item.id, output_index: index };
      await send('response.output_item.added', { output_index: index, item: emptied(item) });
      if (item.type === 'message') {
        const part = { type: 'output_text', text: '', annotations: [] };
        await send('response.content_part.added', { ...at, content_index: 0, part });
        for (const delta of pieces(reply.text))
          await send('response.output_text.delta', { ...at, content_index: 0, delta });
        await send('response.output_text.done', { ...at, content_index: 0, text: reply.text });
        await send('response.content_part.done', {
          ...at,
          content_index: 0,
          part: { ...part, text: reply.text },
        });
      }
      if (item.type === 'function_call') {
        const text = asString(item['arguments']);
        for (const delta of pieces(text))
          await send('response.function_call_arguments.delta', { ...at, delta });
        await send('response.function_call_arguments.done', { ...at, arguments: text });
      }
      await send('response.output_item.done', { output_index: index, item });
    }
    await send('response.completed', { response: done });
  });
}

function emptied(item: OutputItem): object {
  if (item.type === 'function_call') return { ...item, arguments: '', status: 'in_progress' };
  if (item.type === 'message') return { ...item, content: [], status: 'in_progress' };
  return item;
}

function readAsk(body: Readonly<Record<string, unknown>>): Ask {
  const input = body['input'];
  const items = asRecords(input);
  const user = items.findLast((item) => item['role'] === 'user');
  const last = items.at(-1);
  return {
    lastUserText: typeof input === 'string' ? input : textOf(user?.['content']),
    toolNames: asRecords(body['tools']).map((tool) => asString(tool['name'])),
    toolResult: last?.['type'] === 'function_call_output' ? asString(last['output']) : undefined,
  };
}

function itemsOf(reply: Reply): OutputItem[] {
  const id = (prefix: string): string => `${prefix}_${crypto.randomUUID().replaceAll('-', '')}`;
  const items: OutputItem[] = [
    { id: id('rs'), type: 'reasoning', summary: [{ type: 'summary_text', text: reply.thinking }] },
    {
      id: id('msg'),
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: reply.text, annotations: [] }],
    },
  ];
  if (reply.toolCall) {
    const { name, argumentsJson } = reply.toolCall;
    items.push({
      id: id('fc'),
      type: 'function_call',
      status: 'completed',
      call_id: id('call'),
      name,
      arguments: argumentsJson,
    });
  }
  return items;
}

function usageOf(body: Readonly<Record<string, unknown>>, reply: Reply): object {
  const input = countTokens(JSON.stringify(body['input']) + asString(body['instructions']));
  const reasoning = countTokens(reply.thinking);
  const output = countTokens(reply.text + (reply.toolCall?.argumentsJson ?? '')) + reasoning;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
