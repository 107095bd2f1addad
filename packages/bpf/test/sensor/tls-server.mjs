// A TLS server that speaks just enough HTTP/1.1 to be a peer, and says on its standard output exactly which plaintext
// bytes went in and out of each connection. Run as a process of its own: tls-server.mjs KEY CERT
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';

const [key, cert] = process.argv.slice(2, 4);

/** `GET /download/BYTES`, `GET /slow/BYTES` (after 400 ms), `POST /anything`. */
function answer(target) {
  const [, verb, count] = target.split('/');
  const size = verb === 'download' || verb === 'slow' ? Number(count) : 2;
  const body = Buffer.alloc(size);
  for (let i = 0; i + 8 <= size; i += 8) body.writeBigUInt64LE(BigInt(i), i);
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`;
  return { bytes: Buffer.concat([Buffer.from(head), body]), delayMs: verb === 'slow' ? 400 : 0 };
}

function serve(socket) {
  const received = createHash('sha256');
  let receivedBytes = 0;
  let head = '';
  let remaining;
  socket.on('data', (chunk) => {
    received.update(chunk);
    receivedBytes += chunk.length;
    if (remaining === undefined) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      remaining = length - (head.length - end - 4);
    } else {
      remaining -= chunk.length;
    }
    if (remaining > 0) return;
    const { bytes, delayMs } = answer(head.split(' ')[1] ?? '');
    setTimeout(() => {
      socket.end(bytes);
      const line = {
        received: received.digest('hex'),
        receivedBytes,
        sent: createHash('sha256').update(bytes).digest('hex'),
        sentBytes: bytes.length,
      };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }, delayMs);
  });
  socket.on('error', () => socket.destroy());
}

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, serve);
server.on('tlsClientError', () => undefined);
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`),
);
