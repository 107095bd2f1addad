/**
 * Copies a trace without what it tells of the machine it was recorded on: records of processes that ran before (the recorder's
 * ancestors and their command lines) and the host's name and id.
 *
 * usage: node strip-trace.ts FROM TO
 */
import { chmodSync, rmSync } from 'node:fs';
import { op } from '@eyrie/bpf/wire';
import { openTraceWriter, readTrace } from '@eyrie/engine';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error('usage: node strip-trace.ts FROM TO');

/** struct record_header of packages/bpf/include/wire.h: op at 0, size at 4; records start at multiples of 8. */
function withoutEarlierProcesses(batch: Uint8Array): Uint8Array {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  const kept: Uint8Array[] = [];
  for (let at = 0; at < batch.byteLength;) {
    const next = at + ((view.getUint32(at + 4, true) + 7) & ~7);
    if (next <= at) throw new Error(`record of no size at ${at}`);
    if (view.getUint16(at, true) !== op.processSeen) kept.push(batch.subarray(at, next));
    at = next;
  }
  return Buffer.concat(kept);
}

rmSync(to, { force: true });
const reader = readTrace(from);
const { arch, os } = reader.header.host;
const writer = openTraceWriter(to, { ...reader.header, host: { hostname: 'demo', os, arch } });
for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
  const kept = withoutEarlierProcesses(batch);
  if (kept.byteLength > 0) writer.write(kept);
}
if (reader.error !== undefined) throw reader.error;
reader.close();
console.log(writer.stats());
writer.close();
chmodSync(to, 0o644);
