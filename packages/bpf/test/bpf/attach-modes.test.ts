import { release } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachModes, everything, openSensor, type AttachMode } from '../../src/index.ts';
import { cannotCapture } from '../sensor/privilege.ts';
import { RecordCollector } from '../sensor/record-collector.ts';
import { run, startTlsPeer, type TlsPeer } from '../sensor/tls-peer.ts';

/** The kernel each attach kind came with, as major * 1000 + minor. */
const since: Record<AttachMode, number> = { session: 6013, multi: 6006, perf: 5015 };
const [major = 0, minor = 0] = release().split('.').map(Number);

/** A whole request in one call, through the plain or the _ex form of the function, whichever the program uses. */
const client = `
import socket, ssl, sys
connection = ssl._create_unverified_context().wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1]))))
connection.sendall(b'POST / HTTP/1.1\\r\\ncontent-length: 1500000\\r\\n\\r\\n' + bytes(i % 251 for i in range(1500000)))
while connection.recv(1000): pass
connection.close()
`;

// Perf probes are attached and detached one by one, which takes seconds.
describe.skipIf(cannotCapture)(`probes ${cannotCapture ?? ''}`, { timeout: 20_000 }, () => {
  let peer: TlsPeer;

  beforeAll(async () => {
    peer = await startTlsPeer();
  });

  afterAll(() => peer.close());

  for (const mode of attachModes) {
    test.skipIf(major * 1000 + minor < since[mode])(
      `attached as ${mode} see a call of 1.5 MB once and whole`,
      async () => {
        const collector = new RecordCollector();
        const sensor = openSensor({
          scope: { ...everything, mode: 'selected', subtreePids: [process.pid] },
          onBatch: collector.onBatch,
          attachModes: [mode],
        });
        try {
          expect(sensor.attachMode()).toBe(mode);
          const { pid, stderr } = await run('/usr/bin/python3', ['-c', client, String(peer.port)]);
          expect(stderr).toBe('');
          await collector.untilExit(pid);
          const exchange = await peer.nextExchange();
          const sent = collector.plaintext(pid, 'write');
          expect(sent.bytes.length).toBe(exchange.receivedBytes);
          expect(sent.hash).toBe(exchange.received);
          expect(new Set(sent.records.map((record) => record.callLen))).toEqual(new Set([sent.bytes.length]));
          expect(collector.plaintext(pid, 'read').hash).toBe(exchange.sent);
          const states = collector.ofKind('tls_state').filter((record) => record.tgid === pid);
          expect(
            states
              .map((record) => record.state)
              .filter((state) => state !== 'set_fd' && state !== 'shutdown'),
          ).toEqual(['handshake_done', 'free']);
          expect(states.at(-1)).toMatchObject({ writePosition: sent.bytes.length });
          expect(Object.entries(sensor.stats().dropped).filter(([, count]) => count > 0)).toEqual([]);
        } finally {
          await sensor.close();
        }
      },
    );
  }
});
