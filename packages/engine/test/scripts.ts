import fc from 'fast-check';
import type { AiRequestMessage, AiResponseMessage } from '../src/ai/types.ts';
import type { ContentPart } from '../src/event/types.ts';
import type { Script } from './transcripts.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

/** Scripts of any API, shape and framing. */
export const anyScript: fc.Arbitrary<Script> = fc.record({
  api: fc.constantFrom('openai.chat_completions', 'openai.responses', 'anthropic.messages'),
  model: fc.constantFrom('gpt-4o', 'gpt-5', 'claude-sonnet-4-5'),
  system: text,
  prompt: text,
  answer: fc.array(text, { minLength: 1, maxLength: 12 }),
  toolCall: fc.option(
    fc.record({
      id: fc.constantFrom('call_1', 'toolu_1'),
      name: fc.constantFrom('read_file', 'bash'),
      arguments: fc.constantFrom(['{}'], ['{"path":', '"/etc/hosts"', '}'], ['{"a":[1,2],"b":"ü\\"x"}']),
    }),
    { nil: undefined },
  ),
  streamed: fc.boolean(),
  coding: fc.constantFrom('identity', 'gzip', 'deflate', 'br', 'zstd'),
  framing: fc.constantFrom('chunked', 'length', 'until_close'),
});

function textOf(parts: readonly ContentPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** What two messages say, in the terms of a script. */
export function readBack(request: AiRequestMessage, response: AiResponseMessage): unknown {
  const [system, user] = request.data.messages;
  const [call] = response.data.tool_calls;
  return {
    api: request.data.api,
    model: response.data.model?.id,
    system: textOf(system?.content ?? []),
    prompt: textOf(user?.content ?? []),
    answer: textOf(response.data.choices[0]?.message.content ?? []),
    toolCall: call && { id: call.id, name: call.name, arguments: JSON.parse(call.arguments) as unknown },
    usage: response.data.usage,
    finish: response.data.finish_reason,
    completeness: [request.confidence.completeness, response.confidence.completeness],
    ids: request.exchangeId === response.exchangeId,
  };
}

/** What must be read back of a script. */
export function expected(script: Script): unknown {
  const { toolCall } = script;
  return {
    api: script.api,
    model: script.model,
    system: script.system,
    prompt: script.prompt,
    answer: script.answer.join(''),
    toolCall: toolCall && {
      id: toolCall.id,
      name: toolCall.name,
      arguments: JSON.parse(toolCall.arguments.join('')) as unknown,
    },
    usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16, cached_tokens: 2 },
    finish: toolCall === undefined ? 'stop' : 'tool_calls',
    completeness: ['full', 'full'],
    ids: true,
  };
}
