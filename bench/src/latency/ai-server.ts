/** Answers any POST as OpenAI's chat completions do, until standard input ends. Arguments: key file, certificate file. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [key = '', certificate = ''] = process.argv.slice(2);
const answer = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'bench-1',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Measure twice. '.repeat(100) },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
});
const server = createServer(
  { key: readFileSync(key), cert: readFileSync(certificate), keepAliveTimeout: 60_000 },
  (request, response) => {
    request.on('end', () => response.setHeader('content-type', 'application/json').end(answer)).resume();
  },
);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : undefined }));
});
process.stdin.on('end', () => process.exit()).resume();
