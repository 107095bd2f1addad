import { serverPort } from './loopback-only.ts';
import { runTool } from './tools.ts';
import Anthropic from '@anthropic-ai/sdk';

/** An agent loop on Anthropic Messages with thinking and a tool, then a call that the server refuses as overloaded. */
const client = new Anthropic({
  apiKey: 'sk-ant-api03-DEMOdemoDEMO_demo-DEMOdemoDEMOdemo',
  baseURL: `https://api.anthropic.com:${serverPort()}`,
  maxRetries: 0,
});
const tools: Anthropic.Tool[] = [
  {
    name: 'read_file',
    description: 'Reads a text file of the project.',
    input_schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
];
const messages: Anthropic.MessageParam[] = [
  {
    role: 'user',
    content: 'Summarise notes.txt and mail the summary to jane.doe@example.com, please. Grüße! 🦅',
  },
];

for (let turn = 0; turn < 4; turn++) {
  const stream = client.messages.stream({
    model: 'claude-sonnet-4-6',
    max_tokens: 4096,
    thinking: { type: 'enabled', budget_tokens: 1024 },
    system: [{ type: 'text', text: 'You read files before you talk about them.' }],
    messages,
    tools,
  });
  const message = await stream.finalMessage();
  messages.push({ role: 'assistant', content: message.content });
  const results: Anthropic.ToolResultBlockParam[] = [];
  for (const block of message.content) {
    if (block.type !== 'tool_use') continue;
    results.push({
      type: 'tool_result',
      tool_use_id: block.id,
      content: await runTool(block.name, JSON.stringify(block.input)),
    });
  }
  if (results.length === 0) break;
  messages.push({ role: 'user', content: results });
}

try {
  const content = 'Please overload the server.';
  await client.messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 64,
    messages: [{ role: 'user', content }],
  });
} catch (error) {
  // The refusal is the point: the dashboard shows it as a failed call.
  if (!(error instanceof Anthropic.APIError)) throw error;
}
