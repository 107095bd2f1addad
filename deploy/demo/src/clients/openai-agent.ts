import { serverPort } from './loopback-only.ts';
import { runTool } from './tools.ts';
import OpenAI from 'openai';

/** An agent loop on Chat Completions, streamed: ask, run the tool, answer. The key in the prompt is made up, and must be redacted. */
const client = new OpenAI({
  apiKey: 'sk-proj-DEMOdemoDEMOdemoDEMOdemoDEMOdemo1234567890',
  baseURL: `https://api.openai.com:${serverPort()}/v1`,
});
const tools: OpenAI.Chat.ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'run_command',
      description: 'Runs a command in the project folder and returns its output.',
      parameters: { type: 'object', properties: { command: { type: 'string' }, reason: { type: 'string' } } },
    },
  },
];
const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
  { role: 'system', content: 'You are a careful engineer. Use tools to look before you answer.' },
  {
    role: 'user',
    content:
      'Which files in this project are the largest? My deploy token is ghp_DEMOdemoDEMOdemoDEMOdemoDEMOdemo12 if you need it.',
  },
];

for (let turn = 0; turn < 4; turn++) {
  const stream = client.chat.completions.stream({
    model: 'gpt-5-mini',
    messages,
    tools,
    stream_options: { include_usage: true },
  });
  const { message } = (await stream.finalChatCompletion()).choices[0] ?? {};
  if (message === undefined) break;
  messages.push(message);
  if (!message.tool_calls?.length) break;
  for (const call of message.tool_calls) {
    if (call.type !== 'function') continue;
    const content = await runTool(call.function.name, call.function.arguments);
    messages.push({ role: 'tool', tool_call_id: call.id, content });
  }
}
