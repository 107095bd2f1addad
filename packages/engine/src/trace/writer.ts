import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { maxBatchBytes, TraceError, traceMagic, traceVersion, type TraceHeader } from './format.ts';

export interface TraceWriter {
  /** Appends a batch. After a failed write (a full disk) nothing more is written; `stats().failed` says why. */
  write(batch: Uint8Array): void;
  stats(): {
    readonly batches: number;
    readonly bytes: number;
    readonly dropped: number;
    readonly failed?: string;
  };
  /** Ends the file in order. Idempotent. */
  close(): void;
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function writeAll(file: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.byteLength) done += writeSync(file, bytes, done, bytes.byteLength - done);
}

/**
 * Creates a trace file that only its owner can read. Throws `TraceError`: `TRACE_EXISTS` when there is such a file (nothing is
 * ever overwritten, no link is followed), `TRACE_WRITE_FAILED` when it cannot be made.
 */
export function openTraceWriter(path: string, header: TraceHeader): TraceWriter {
  let file: number;
  try {
    // x is O_EXCL: it fails on an existing file and on a symbolic link
    file = openSync(path, 'wx', 0o600);
    const json = Buffer.from(JSON.stringify(header));
    writeAll(
      file,
      Buffer.concat([Buffer.from(traceMagic), length(traceVersion), length(json.byteLength), json]),
    );
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') {
      throw new TraceError('TRACE_EXISTS', `${path} exists; a trace never overwrites a file`, { cause });
    }
    throw new TraceError('TRACE_WRITE_FAILED', `cannot create ${path}: ${codeOf(cause)}`, { cause });
  }
  let open = true;
  let batches = 0;
  let bytes = 0;
  let dropped = 0;
  let failed: string | undefined;
  return {
    write(batch) {
      if (!open || failed !== undefined || batch.byteLength > maxBatchBytes) {
        dropped += 1;
        return;
      }
      if (batch.byteLength === 0) return;
      try {
        writeAll(file, length(batch.byteLength));
        writeAll(file, batch);
        batches += 1;
        bytes += batch.byteLength;
      } catch (error) {
        failed = codeOf(error);
        dropped += 1;
      }
    },
    stats: () => ({ batches, bytes, dropped, ...(failed === undefined ? {} : { failed }) }),
    close() {
      if (!open) return;
      open = false;
      try {
        if (failed === undefined) writeAll(file, length(0));
        fsyncSync(file);
      } catch (error) {
        failed ??= codeOf(error);
      } finally {
        closeSync(file);
      }
    },
  };
}
