/**
 * Holds back what the kernel sent before the scope was in force. Programs are attached before their scope is written, so records
 * of processes outside it can be in the ring; they must become neither events nor part of a trace.
 */
import type { CaptureScope, ScopeSelection } from '@eyrie/bpf';
import { headerBytes, recordKtimeUs, recordSize } from '../trace/record-header.ts';

export interface ScopeGate {
  /** The part of a batch that was recorded under the scope. */
  admit(batch: Uint8Array): Uint8Array;
  /** Records held back. */
  readonly dropped: number;
}

function isEmpty({ cgroups, users, executables, subtreePids }: ScopeSelection): boolean {
  return cgroups.length + users.length + executables.length + subtreePids.length === 0;
}

/** `inForceUs`: CLOCK_MONOTONIC when the scope was known to be in force. */
export function createScopeGate(scope: CaptureScope, inForceUs: number): ScopeGate {
  // without limits there is nothing to hold back
  let open = scope.mode === 'everything' && isEmpty(scope.exclude);
  let dropped = 0;
  return {
    admit(batch) {
      if (open) return batch;
      let at = 0;
      while (at + headerBytes <= batch.byteLength && recordKtimeUs(batch, at) < inForceUs) {
        dropped += 1;
        at += Math.max(headerBytes, (recordSize(batch, at) + 7) & ~7);
      }
      // processors stamp and reserve in slightly different orders: the gate stays until a whole batch is younger
      if (at === 0) open = true;
      return batch.subarray(Math.min(at, batch.byteLength));
    },
    get dropped() {
      return dropped;
    },
  };
}
