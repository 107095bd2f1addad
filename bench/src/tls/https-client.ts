/**
 * Sends one request after the other over one kept connection. Argument: port. Each line of standard input, {bytes, ms}, is
 * answered with {requests, ms} on standard output.
 */
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';

const port = Number(process.argv[2]);
// The certificate is made for this run and by nobody.
const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });

function exchange(body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': body.length };
    const call = request({ agent, port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
      let received = 0;
      response.on('data', (part: Buffer) => (received += part.length));
      response.on('end', () => {
        if (received === body.length) resolve();
        else reject(new Error(`${received} of ${body.length} bytes came back`));
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const order: unknown = JSON.parse(line);
  if (typeof order !== 'object' || order === null || !('bytes' in order) || !('ms' in order)) continue;
  const body = Buffer.alloc(Number(order.bytes), 'message ');
  const start = performance.now();
  const end = start + Number(order.ms);
  let requests = 0;
  while (performance.now() < end) {
    await exchange(body);
    requests += 1;
  }
  console.log(JSON.stringify({ requests, ms: performance.now() - start }));
}
process.exit();
