import { serverPort } from './loopback-only.ts';
import { runTool } from './tools.ts';
import OpenAI from 'openai';

/** The same kind of loop on the Responses API, chained by `previous_response_id` and without history sent again. */
const client = new OpenAI({
  apiKey: 'sk-svcacct-DEMOdemoDEMOdemoDEMOdemoDEMOdemo1234567890',
  baseURL: `https://api.openai.com:${serverPort()}/v1`,
});
const tools: OpenAI.Responses.Tool[] = [
  {
    type: 'function',
    name: 'run_command',
    description: 'Runs a command.',
    strict: false,
    parameters: { type: 'object' },
  },
];
let input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'How big is this project?' }];
let previous: string | null = null;

for (let turn = 0; turn < 4; turn++) {
  const response: OpenAI.Responses.Response = await client.responses
    .stream({
      model: 'gpt-5.1-codex',
      instructions: 'Answer in one sentence.',
      input,
      tools,
      previous_response_id: previous,
      reasoning: { effort: 'low' },
    })
    .finalResponse();
  const calls = response.output.filter((item) => item.type === 'function_call');
  if (calls.length === 0) break;
  previous = response.id;
  input = [];
  for (const call of calls) {
    const output = await runTool(call.name, call.arguments);
    input.push({ type: 'function_call_output', call_id: call.call_id, output });
  }
}
