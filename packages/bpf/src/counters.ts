import { emitOutcome, op } from '../gen/wire.ts';
import type { FamilyName } from './families.ts';
import type { NativeEngine } from './native.ts';

/** Which family sends which records. */
const operations: readonly (readonly [family: FamilyName, op: number])[] = [
  ['process', op.processFork],
  ['process', op.processExec],
  ['process', op.processExit],
  ['tls', op.tlsData],
  ['tls', op.tlsState],
  ['discovery', op.imageMapped],
];

const dropReasons: readonly (readonly [reason: string, outcome: number])[] = [
  ['ring_full', emitOutcome.ringFull],
  ['scratch_busy', emitOutcome.scratchBusy],
  ['read_fault', emitOutcome.readFault],
  ['map_full', emitOutcome.mapFull],
  ['too_large', emitOutcome.tooLarge],
];

function sumRecords(native: NativeEngine, object: number, index: number): number {
  const key = Buffer.alloc(4);
  key.writeUInt32LE(index);
  const values = native.mapLookup(object, 'emit_counts', key);
  if (values === undefined) return 0;
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  let sum = 0;
  // struct emit_count: two 64-bit counters for each CPU, records first.
  for (let at = 0; at + 16 <= view.byteLength; at += 16) sum += Number(view.getBigUint64(at, true));
  return sum;
}

/** Records the kernel could not send, by `family.reason`, since the start; every reason is present. */
export function readDropped(native: NativeEngine, object: number): Record<string, number> {
  const dropped: Record<string, number> = {};
  for (const [family, operation] of operations) {
    for (const [reason, outcome] of dropReasons) {
      const name = `${family}.${reason}`;
      const count = sumRecords(native, object, operation * emitOutcome.outcomes + outcome);
      dropped[name] = (dropped[name] ?? 0) + count;
    }
  }
  return dropped;
}

/** Records the kernel sent, by family, since the start. */
export function readSent(native: NativeEngine, object: number): Record<FamilyName, number> {
  const sent: Record<FamilyName, number> = { process: 0, tls: 0, discovery: 0 };
  for (const [family, operation] of operations) {
    sent[family] += sumRecords(native, object, operation * emitOutcome.outcomes + emitOutcome.sent);
  }
  return sent;
}
