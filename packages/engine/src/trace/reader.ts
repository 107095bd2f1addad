import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { wireHash } from '@eyrie/bpf/wire';
import {
  maxBatchBytes,
  maxHeaderBytes,
  TraceError,
  traceMagic,
  traceVersion,
  type TraceErrorCode,
  type TraceHeader,
} from './format.ts';

export interface TraceReader {
  readonly header: TraceHeader;
  /** The next batch, or undefined at the end or where the file stops making sense. */
  next(): Uint8Array | undefined;
  /** Why reading stopped before the proper end; undefined while reading and after a complete file. */
  readonly error: TraceError | undefined;
  close(): void;
}

function readExactly(file: number, at: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let done = 0;
  while (done < size) {
    const count = readSync(file, bytes, done, size - done, at + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isClock(value: unknown): value is TraceHeader['clock'] {
  return isRecord(value) && Number.isFinite(value['monotonicUs']) && Number.isFinite(value['boottimeUs']);
}

function isHost(value: unknown): value is TraceHeader['host'] {
  return ['hostname', 'os', 'arch'].every((key) => isRecord(value) && typeof value[key] === 'string');
}

function parseHeader(json: string): TraceHeader | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { wireHash: hash, bootId, host, clock, startedAt, collectorVersion } = value;
  if (typeof hash !== 'string' || typeof bootId !== 'string' || !/^[0-9a-f]{32}$/.test(bootId))
    return undefined;
  if (!isHost(host) || !isClock(clock)) return undefined;
  if (typeof startedAt !== 'string' || typeof collectorVersion !== 'string') return undefined;
  return { wireHash: hash, bootId, host, clock, startedAt, collectorVersion };
}

function fail(code: TraceErrorCode, message: string, offset?: number): never {
  throw new TraceError(code, message, offset === undefined ? {} : { offset });
}

/** Reads and checks what comes before the batches; gives the header and where the batches begin. */
function readPreamble(file: number, path: string): { readonly header: TraceHeader; readonly end: number } {
  const start = readExactly(file, 0, 16);
  if (start.byteLength < 16 || start.toString('latin1', 0, 8) !== traceMagic) {
    fail('TRACE_NOT_A_TRACE', `${path} is not an Eyrie trace`);
  }
  const version = start.readUInt32LE(8);
  if (version !== traceVersion) {
    fail('TRACE_VERSION', `${path} has trace format ${version}; this version reads format ${traceVersion}`);
  }
  const size = start.readUInt32LE(12);
  const json = size <= maxHeaderBytes ? readExactly(file, 16, size) : Buffer.alloc(0);
  const header = json.byteLength === size && size > 0 ? parseHeader(json.toString()) : undefined;
  if (header === undefined) fail('TRACE_BAD_HEADER', `the header of ${path} cannot be read`, 16);
  if (header.wireHash !== wireHash) {
    const made = `records of wire contract ${header.wireHash} by version ${header.collectorVersion}`;
    fail('TRACE_WIRE_MISMATCH', `${path} has ${made}; this version reads ${wireHash}`);
  }
  return { header, end: 16 + size };
}

/**
 * Opens a trace. Throws `TraceError` when it cannot be opened, is no trace, has another format or other records than this
 * version reads. A file that is cut off or damaged later gives the batches before the place, then `error`.
 */
export function readTrace(path: string): TraceReader {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new TraceError('TRACE_UNREADABLE', `cannot open ${path}: ${code}`, { cause });
  }
  let preamble: ReturnType<typeof readPreamble>;
  let fileSize: number;
  try {
    if (!fstatSync(file).isFile()) fail('TRACE_NOT_A_TRACE', `${path} is not a regular file`);
    preamble = readPreamble(file, path);
    fileSize = fstatSync(file).size;
  } catch (error) {
    closeSync(file);
    throw error;
  }
  let at = preamble.end;
  let ended = false;
  let open = true;
  let problem: TraceError | undefined;

  const stop = (code: TraceErrorCode, message: string): void => {
    problem = new TraceError(code, `${path}: ${message}`, { offset: at });
    ended = true;
  };

  const readBatch = (): Uint8Array | undefined => {
    const prefix = readExactly(file, at, 4);
    const size = prefix.byteLength < 4 ? -1 : prefix.readUInt32LE(0);
    if (size === 0) {
      ended = true;
      return undefined;
    }
    // before the buffer is made: a damaged length must not cost its memory
    const fits = size !== -1 && size <= maxBatchBytes && at + 4 + size <= fileSize;
    const batch = fits ? readExactly(file, at + 4, size) : undefined;
    if (batch?.byteLength === size) {
      at += 4 + size;
      return batch;
    }
    if (size === -1) stop('TRACE_TRUNCATED', 'the trace was not ended in order');
    else if (size > maxBatchBytes) stop('TRACE_CORRUPT', `a batch of ${size} bytes cannot be`);
    else stop('TRACE_TRUNCATED', 'the last batch is cut off');
    return undefined;
  };

  return {
    header: preamble.header,
    next() {
      if (ended || !open) return undefined;
      try {
        return readBatch();
      } catch (cause) {
        stop('TRACE_UNREADABLE', cause instanceof Error ? cause.message : 'read failed');
        return undefined;
      }
    },
    get error() {
      return problem;
    },
    close() {
      if (!open) return;
      open = false;
      closeSync(file);
    },
  };
}
