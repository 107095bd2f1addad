/**
 * Puts processes that ran before a recording began into the trace, when the first record refers to them: a trace of a few
 * processes must not hold the command lines of all others.
 */
import { forEachRecord, type ProcessSeen, type WireRecord } from '@eyrie/bpf/wire';
import { processKey } from '../enrich/ids.ts';
import { encodeProcessSeen } from './encode-seen.ts';

export interface SeenRecorder {
  /** Records to write before a batch: the processes it mentions and their ancestors, each once. */
  before(batch: Uint8Array): Uint8Array;
}

function keysOf(record: WireRecord): readonly string[] {
  const own = processKey(record.tgid, record.startBoottimeUs);
  if (record.kind !== 'process_fork' && record.kind !== 'process_exec') return [own];
  return [own, processKey(record.parentTgid, record.parentStartBoottimeUs)];
}

/** Takes the processes that were running at the start. */
export function createSeenRecorder(running: readonly ProcessSeen[]): SeenRecorder {
  const waiting = new Map(running.map((record) => [processKey(record.tgid, record.startBoottimeUs), record]));

  /** Ancestors first, so that a reader meets a parent before its child. */
  const take = (key: string, chain: ProcessSeen[]): void => {
    const record = waiting.get(key);
    if (record === undefined) return;
    waiting.delete(key);
    take(processKey(record.parentTgid, record.parentStartBoottimeUs), chain);
    chain.push(record);
  };

  return {
    before(batch) {
      const chain: ProcessSeen[] = [];
      if (waiting.size > 0) {
        forEachRecord(batch, (record) => {
          for (const key of keysOf(record)) take(key, chain);
        });
      }
      return Buffer.concat(chain.map(encodeProcessSeen));
    },
  };
}
