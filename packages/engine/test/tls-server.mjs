// A server for kernel tests: answers any POST like OpenAI's chat completions. Prints its port; ends when its input does.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [keyFile, certificateFile] = process.argv.slice(2);
const server = createServer(
  { key: readFileSync(keyFile), cert: readFileSync(certificateFile) },
  (request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { messages } = JSON.parse(Buffer.concat(chunks).toString());
      const said = messages[0].content.slice(0, 60);
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          id: `chatcmpl-${said.length}`,
          object: 'chat.completion',
          model: 'test-model-1',
          choices: [
            { index: 0, message: { role: 'assistant', content: `You said: ${said}` }, finish_reason: 'stop' },
          ],
          usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
        }),
      );
    });
  },
);
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
