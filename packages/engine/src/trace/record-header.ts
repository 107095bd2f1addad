/** What batches of records have in common, read without decoding them: for pacing and for cutting. */
import { wireLayout } from '@eyrie/bpf/wire';

const layout = wireLayout.record_header;
const offsets: ReadonlyMap<string, number> = new Map(
  layout.members.map((member) => [member.name, member.offset]),
);
const sizeAt = offsets.get('size') ?? 0;
const ktimeAt = offsets.get('ktime_ns') ?? 0;

/** Bytes of the header of every record. */
export const headerBytes: number = layout.size;

function viewOf(batch: Uint8Array): DataView {
  return new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
}

/** Bytes of the record at an offset, without its padding. */
export function recordSize(batch: Uint8Array, at: number): number {
  return viewOf(batch).getUint32(at + sizeAt, true);
}

/** When the record at an offset was stamped, microseconds of CLOCK_MONOTONIC; 0 in a batch without a whole header there. */
export function recordKtimeUs(batch: Uint8Array, at: number): number {
  if (at + headerBytes > batch.byteLength) return 0;
  return Number(viewOf(batch).getBigUint64(at + ktimeAt, true) / 1000n);
}
