/** Answers every request with its own body, until standard input ends. Arguments: key file, certificate file. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [key = '', certificate = ''] = process.argv.slice(2);
const server = createServer(
  { key: readFileSync(key), cert: readFileSync(certificate), keepAliveTimeout: 60_000 },
  (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => response.end(Buffer.concat(parts)));
  },
);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : undefined }));
});
process.stdin.on('end', () => process.exit()).resume();
