import { realpathSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits, recordFlags, type TlsData } from '../../gen/wire.ts';
import { everything, openSensor, type Sensor } from '../../src/index.ts';
import { cannotCapture } from '../sensor/privilege.ts';
import { RecordCollector } from '../sensor/record-collector.ts';
import { run, startTlsPeer, type TlsPeer } from '../sensor/tls-peer.ts';

/** Writes 4 MB in one call, far more than the ring holds, and a little when the reader has caught up, twice. */
const client = `
import socket, ssl, sys, time
connection = ssl._create_unverified_context().wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1]))))
connection.sendall(b'POST / HTTP/1.1\\r\\ncontent-length: 8000100\\r\\n\\r\\n')
for part in (4000000, 0, 4000000, 0):
    connection.sendall(b'x' * (part or 50))
    time.sleep(0.3)
connection.recv(100)
`;

describe.skipIf(cannotCapture)(`TLS bytes that find no room ${cannotCapture ?? ''}`, () => {
  const collector = new RecordCollector();
  let sensor: Sensor;
  let peer: TlsPeer;

  beforeAll(async () => {
    peer = await startTlsPeer();
    sensor = openSensor({
      ringBytes: 256 * 1024,
      // The client alone: its server runs on the Node that is left out, and other programs are not of this subtree.
      scope: {
        ...everything,
        mode: 'selected',
        subtreePids: [process.pid],
        exclude: { ...everything.exclude, executables: [realpathSync(process.execPath)] },
      },
      onBatch: collector.onBatch,
    });
  });

  afterAll(async () => {
    peer.close();
    await sensor.close();
  });

  test('are counted exactly, and the next record of their stream is marked', async () => {
    const { pid, status, stderr } = await run('/usr/bin/python3', ['-c', client, String(peer.port)]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await collector.untilExit(pid);
    const written = collector.ofKind('tls_data').filter((r) => r.tgid === pid && r.direction === 'write');
    const gaps = findGaps(written);
    expect(gaps.length).toBeGreaterThan(0);
    for (const { next } of gaps) expect(next.flags & recordFlags.gap).toBe(recordFlags.gap);
    expect(written.filter((record) => record.flags & recordFlags.gap)).toHaveLength(gaps.length);

    // A call's chunks are lost from one of them to its end, so each gap is whole chunks but for the last.
    const lostRecords = gaps.reduce((sum, { bytes }) => sum + Math.ceil(bytes / limits.tlsChunk), 0);
    expect(sensor.stats().dropped['tls.ring_full']).toBe(lostRecords);
    const last = written.at(-1);
    expect((last?.position ?? 0) + (last?.len ?? 0)).toBe(8_000_100 + 44);
    expect(sensor.stats().sent.tls).toBe(
      collector.ofKind('tls_data').length + collector.ofKind('tls_state').length,
    );
  });
});

function findGaps(records: readonly TlsData[]): { bytes: number; next: TlsData }[] {
  let position = 0;
  return records.flatMap((next) => {
    const bytes = next.position - position;
    position = next.position + next.len;
    return bytes === 0 ? [] : [{ bytes, next }];
  });
}
