import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forEachRecord, wireHash, type WireRecord } from '@eyrie/bpf/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agent, scenarioBatches, shell } from '../../test/scenario.ts';
import { encodeExec } from '../../test/encode-records.ts';
import { encodeProcessSeen } from './encode-seen.ts';
import { TraceError, type TraceHeader } from './format.ts';
import { readTrace } from './reader.ts';
import { createSeenRecorder } from './seen-recorder.ts';
import { openTraceWriter } from './writer.ts';

const header: TraceHeader = {
  wireHash,
  bootId: '0a1b2c3d2dd74efd9472037742bbfaa8',
  host: { hostname: 'h', os: 'linux', arch: 'x64' },
  clock: { monotonicUs: 1, boottimeUs: 2 },
  startedAt: '2026-11-21T03:38:35.000000Z',
  collectorVersion: '0.1.0',
};
let folder = '';
let next = 0;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'eyrie-trace-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(batches: readonly Uint8Array[], changed: Partial<TraceHeader> = {}): string {
  const path = join(folder, `t${(next += 1)}`);
  const writer = openTraceWriter(path, { ...header, ...changed });
  for (const batch of batches) writer.write(batch);
  writer.close();
  writer.close();
  return path;
}

function readAll(path: string): { batches: Uint8Array[]; error: TraceError | undefined } {
  const trace = readTrace(path);
  const batches: Uint8Array[] = [];
  for (let batch = trace.next(); batch !== undefined; batch = trace.next()) batches.push(batch);
  expect(trace.next()).toBeUndefined();
  trace.close();
  trace.close();
  return { batches, error: trace.error };
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof TraceError ? error.code : 'other';
  }
  return 'none';
}

describe('trace files', () => {
  it('give back what was written', () => {
    const batches = scenarioBatches();
    const path = write(batches);
    expect(readAll(path)).toEqual({ batches, error: undefined });
    expect(readTrace(path).header).toEqual(header);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('never overwrite a file or follow a link', () => {
    const path = write([]);
    expect(codeOf(() => openTraceWriter(path, header))).toBe('TRACE_EXISTS');
    const link = join(folder, 'link');
    symlinkSync(join(folder, 'target-of-link'), link);
    expect(codeOf(() => openTraceWriter(link, header))).toBe('TRACE_EXISTS');
    expect(codeOf(() => openTraceWriter(join(folder, 'no', 'folder'), header))).toBe('TRACE_WRITE_FAILED');
  });

  it('give what is readable at every length they are cut to, and say where they end', () => {
    const batches = scenarioBatches().slice(0, 3);
    const whole = readFileSync(write(batches));
    const first = whole.byteLength - 4 - batches.reduce((sum, batch) => sum + 4 + batch.byteLength, 0);
    for (let size = 0; size < whole.byteLength; size += size < first + 20 ? 1 : 37) {
      const path = join(folder, 'cut');
      writeFileSync(path, whole.subarray(0, size));
      if (size < first) {
        expect(['TRACE_NOT_A_TRACE', 'TRACE_BAD_HEADER']).toContain(codeOf(() => readTrace(path)));
      } else {
        const { error } = readAll(path);
        expect(error?.code).toBe('TRACE_TRUNCATED');
        expect(error?.offset).toBeLessThanOrEqual(size);
      }
    }
  });

  it('stop at a damaged length without believing it', () => {
    const path = write(scenarioBatches().slice(0, 1));
    const bytes = readFileSync(path);
    bytes.writeUInt32LE(0xffffffff, bytes.byteLength - 4);
    writeFileSync(path, bytes);
    const { batches, error } = readAll(path);
    expect(batches).toHaveLength(1);
    expect(error?.code).toBe('TRACE_CORRUPT');
  });

  it('are refused with other records, another format, or as another file', () => {
    expect(codeOf(() => readTrace(write([], { wireHash: 'other' })))).toBe('TRACE_WIRE_MISMATCH');
    const path = write([]);
    const bytes = readFileSync(path);
    bytes.writeUInt32LE(9, 8);
    writeFileSync(path, bytes);
    expect(codeOf(() => readTrace(path))).toBe('TRACE_VERSION');
    truncateSync(path, 0);
    expect(codeOf(() => readTrace(path))).toBe('TRACE_NOT_A_TRACE');
    expect(codeOf(() => readTrace(folder))).toBe('TRACE_NOT_A_TRACE');
    expect(codeOf(() => readTrace(join(folder, 'absent')))).toBe('TRACE_UNREADABLE');
    expect(codeOf(() => readTrace(write([], { bootId: 'x' })))).toBe('TRACE_BAD_HEADER');
  });
});

function decode(bytes: Uint8Array): WireRecord[] {
  const records: WireRecord[] = [];
  forEachRecord(bytes, (record) => records.push(record));
  return records;
}

describe('createSeenRecorder', () => {
  it('encodes a running process so that it decodes the same', () => {
    expect(decode(encodeProcessSeen(shell))).toEqual([shell]);
    expect(decode(encodeExec(shell))).toEqual([shell]);
  });

  it('writes a process and its ancestors once, before the first batch that mentions them', () => {
    const init = { ...shell, tgid: 1, startBoottimeUs: 10, args: ['init'] };
    const child = { ...shell, parentTgid: 1, parentStartBoottimeUs: 10 };
    const stranger = { ...shell, tgid: 900, args: ['secret-program'] };
    const recorder = createSeenRecorder([child, stranger, init]);
    expect(decode(recorder.before(encodeExec(agent)))).toEqual([init, child]);
    expect(recorder.before(encodeExec(agent)).byteLength).toBe(0);
  });
});
