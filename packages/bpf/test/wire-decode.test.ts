import { describe, expect, test } from 'vitest';
import { forEachRecord, op, recordFlags, type WireRecord } from '../gen/wire.ts';

const sizes = { data: 96, exec: 120, fork: 72 };

function record(code: number, size: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.alloc((size + body.length + 7) & ~7);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt32LE(size + body.length, 4);
  body.copy(bytes, size);
  return bytes;
}

function dataRecord(text: string): Buffer {
  const body = Buffer.from(text);
  const bytes = record(op.tlsData, sizes.data, body);
  bytes.writeUInt32LE(body.length, 80);
  return bytes;
}

function decodeAll(...parts: Buffer[]): { records: WireRecord[]; result: ReturnType<typeof forEachRecord> } {
  const records: WireRecord[] = [];
  const result = forEachRecord(Buffer.concat(parts), (decoded) => records.push(decoded));
  return { records, result };
}

describe('decoding a batch', () => {
  test('an exec comes with path, directory and every argument, empty ones too', () => {
    const bytes = record(op.processExec, sizes.exec, Buffer.from('/bin/é/homea\0\0b c\0'));
    bytes.writeUInt32LE(7, 92);
    bytes.writeUInt16LE(7, 96);
    bytes.writeUInt16LE(5, 98);
    expect(decodeAll(bytes).records[0]).toMatchObject({
      path: '/bin/é',
      cwd: '/home',
      args: ['a', '', 'b c'],
    });
  });

  test('an argument cut off at the limit keeps what is there', () => {
    const bytes = record(op.processExec, sizes.exec, Buffer.from('ls\0-l'));
    bytes.writeUInt32LE(5, 92);
    expect(decodeAll(bytes).records[0]).toMatchObject({ args: ['ls', '-l'] });
  });

  test('payload is a view into the batch, and flags are kept', () => {
    const bytes = dataRecord('hello');
    bytes.writeUInt16LE(recordFlags.gap, 2);
    const batch = Buffer.concat([bytes]);
    forEachRecord(batch, (decoded) => {
      expect(decoded).toMatchObject({ kind: 'tls_data', flags: recordFlags.gap, len: 5 });
      if (decoded.kind === 'tls_data') expect(decoded.payload.buffer).toBe(batch.buffer);
    });
  });

  test('nanoseconds of years of uptime become exact microseconds', () => {
    for (const ns of [
      0n,
      999n,
      1000n,
      2n ** 32n - 1n,
      2n ** 53n + 1001n,
      2n ** 60n + 7n,
      315_360_000_000_000_999n,
    ]) {
      const bytes = dataRecord('');
      bytes.writeBigUInt64LE(ns, 8);
      expect(decodeAll(bytes).records[0]?.ktimeUs).toBe(Number(ns / 1000n));
    }
  });

  test('an unknown operation is counted and skipped by its size', () => {
    const { records, result } = decodeAll(
      dataRecord('a'),
      record(900, 40, Buffer.alloc(13)),
      dataRecord('b'),
    );
    expect(records).toHaveLength(2);
    expect(result).toEqual({ records: 2, unknown: 1, short: 0 });
  });

  test('a record whose lengths exceed its size is counted as short and the next is read', () => {
    const liar = dataRecord('abc');
    liar.writeUInt32LE(4000, 80);
    expect(decodeAll(liar, record(op.processFork, 40), dataRecord('b')).result).toEqual({
      records: 1,
      unknown: 0,
      short: 2,
    });
  });

  test('an impossible direction makes a record short, not a wrong direction', () => {
    const bytes = dataRecord('abc');
    bytes.writeUInt8(7, 88);
    expect(decodeAll(bytes).result).toEqual({ records: 0, unknown: 0, short: 1 });
  });

  test.each([1, 8, 15, 40, 95])(
    'a batch cut off after %i bytes of a record ends the pass with one short record',
    (cut) => {
      const { records, result } = decodeAll(dataRecord('a'), dataRecord('bcd').subarray(0, cut));
      expect(records).toHaveLength(1);
      expect(result).toEqual({ records: 1, unknown: 0, short: 1 });
    },
  );

  test('a size of zero does not stop the pass from ending', () => {
    const bytes = dataRecord('a');
    bytes.writeUInt32LE(0, 4);
    expect(decodeAll(bytes).result).toEqual({ records: 0, unknown: 0, short: 1 });
  });

  test('mutated batches never throw, never read outside, and account for what they skip', () => {
    let seed = 12345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % below;
    };
    const original = Buffer.concat([
      dataRecord('x'.repeat(100)),
      record(op.processExec, sizes.exec, Buffer.alloc(50)),
      record(op.tlsState, 80),
      dataRecord('y'),
    ]);
    for (let round = 0; round < 20_000; round += 1) {
      const batch = Buffer.from(original);
      for (let change = random(6); change >= 0; change -= 1)
        batch.writeUInt8(random(256), random(batch.length));
      const cut = batch.subarray(0, random(batch.length + 1));
      let visited = 0;
      const result = forEachRecord(cut, (decoded) => {
        visited += 1;
        if (decoded.kind === 'tls_data')
          expect(decoded.payload.byteOffset + decoded.payload.byteLength).toBeLessThanOrEqual(
            cut.byteOffset + cut.length,
          );
      });
      expect(result.records).toBe(visited);
      if (cut.length > 0) expect(result.records + result.short + result.unknown).toBeGreaterThan(0);
    }
  });
});
