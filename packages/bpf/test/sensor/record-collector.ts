import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { forEachRecord, type TlsData, type WireRecord } from '../../gen/wire.ts';
import type { RecordBatch } from '../../src/index.ts';

/** One direction of one connection, joined. */
export interface Plaintext {
  readonly bytes: Buffer;
  readonly hash: string;
  readonly records: readonly TlsData[];
}

/** Keeps every record of a sensor. */
export class RecordCollector {
  readonly records: WireRecord[] = [];
  badBatches = 0;

  readonly onBatch = (batch: RecordBatch): void => {
    const result = forEachRecord(batch.bytes, (record) => {
      this.records.push(
        record.kind === 'tls_data' ? { ...record, payload: Uint8Array.from(record.payload) } : record,
      );
    });
    if (result.short > 0 || result.unknown > 0) this.badBatches += 1;
    batch.release();
  };

  ofKind<K extends WireRecord['kind']>(kind: K): Extract<WireRecord, { kind: K }>[] {
    return this.records.filter((record): record is Extract<WireRecord, { kind: K }> => record.kind === kind);
  }

  /** Waits until `ready` is true; throws after `timeoutMs`, naming what was seen. */
  async until(ready: () => boolean, timeoutMs = 5000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!ready()) {
      if (Date.now() > deadline) {
        const seen = Map.groupBy(this.records, (record) => record.kind);
        throw new Error(
          `not seen in time; have ${[...seen].map(([k, v]) => `${k}: ${v.length}`).join(', ')}`,
        );
      }
      await sleep(5);
    }
  }

  /** Waits for the end of a process and for what was sent before it. */
  async untilExit(pid: number): Promise<void> {
    await this.until(() => this.ofKind('process_exit').some((record) => record.tgid === pid));
    await sleep(20);
  }

  /** What one process sent or received over TLS, on one connection if named; fails when positions don't follow each other or bytes are missing. */
  plaintext(pid: number, direction: TlsData['direction'], connUs?: number): Plaintext {
    const records = this.ofKind('tls_data').filter(
      (r) => r.tgid === pid && r.direction === direction && (connUs === undefined || r.connUs === connUs),
    );
    let position = records[0]?.position ?? 0;
    for (const record of records) {
      if (record.position !== position)
        throw new Error(`${direction} jumps from ${position} to ${record.position}`);
      if (record.payload.length !== record.len) throw new Error('payload and length differ');
      position += record.len;
    }
    const bytes = Buffer.concat(records.map((record) => record.payload));
    return { bytes, records, hash: createHash('sha256').update(bytes).digest('hex') };
  }
}
