import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { asRecord, asRecords, asString, textOf } from './body.ts';
import { answer, countTokens, pieces, type Ask, type Reply } from './model.ts';

/** POST /v1/chat/completions, as OpenAI's API reference describes it, streamed or not. */
export async function chatCompletions(c: Context): Promise<Response> {
  const body = asRecord(await c.req.json());
  const reply = answer(readAsk(body));
  const usage = usageOf(body, reply);
  const head = {
    id: `chatcmpl-${crypto.randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: asString(body['model']),
  };
  c.header('x-request-id', `req_${crypto.randomUUID()}`);
  const call = reply.toolCall && {
    id: `call_${crypto.randomUUID().slice(0, 8)}`,
    type: 'function',
    function: { name: reply.toolCall.name, arguments: reply.toolCall.argumentsJson },
  };
  const finish = call ? 'tool_calls' : 'stop';
  if (body['stream'] !== true) {
    const message = { role: 'assistant', content: reply.text, ...(call && { tool_calls: [call] }) };
    return c.json({
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: finish }],
      usage,
    });
  }
  return streamSSE(c, async (stream) => {
    const send = async (delta: object, reason: string | null = null): Promise<void> => {
      const choices = [{ index: 0, delta, finish_reason: reason }];
      await stream.writeSSE({ data: JSON.stringify({ ...head, object: 'chat.completion.chunk', choices }) });
      await stream.sleep(8);
    };
    await send({ role: 'assistant', content: '' });
    for (const content of pieces(reply.text)) await send({ content });
    if (call) {
      await send({
        tool_calls: [{ index: 0, ...call, function: { name: call.function.name, arguments: '' } }],
      });
      for (const part of pieces(call.function.arguments))
        await send({ tool_calls: [{ index: 0, function: { arguments: part } }] });
    }
    await send({}, finish);
    if (asRecord(body['stream_options'])['include_usage'] === true) {
      await stream.writeSSE({
        data: JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [], usage }),
      });
    }
    await stream.writeSSE({ data: '[DONE]' });
  });
}

function readAsk(body: Readonly<Record<string, unknown>>): Ask {
  const messages = asRecords(body['messages']);
  const last = messages.at(-1);
  const user = messages.findLast((m) => m['role'] === 'user');
  return {
    lastUserText: textOf(user?.['content']),
    toolNames: asRecords(body['tools']).map((tool) => asString(asRecord(tool['function'])['name'])),
    toolResult: last?.['role'] === 'tool' ? textOf(last['content']) : undefined,
  };
}

function usageOf(body: Readonly<Record<string, unknown>>, reply: Reply): object {
  const prompt = countTokens(JSON.stringify(body['messages']));
  const completion = countTokens(reply.text + (reply.toolCall?.argumentsJson ?? ''));
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: prompt > 200 ? 128 : 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
