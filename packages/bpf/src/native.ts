import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { EngineError, makeEngineError } from './errors.ts';

/** How a program is to be loaded; `attachType` 0 keeps what its section says. */
export interface ProgramSettings {
  readonly autoload: boolean;
  readonly attachType: number;
}

/** Places in one file to attach one program to, by file offset, each with its cookie. */
export interface UprobePlaces {
  readonly path: string;
  readonly attachType: number;
  readonly onReturn: boolean;
  readonly offsets: readonly number[];
  readonly cookies: readonly number[];
}

/** What the reader thread has counted. All but `links` and `heldBytes` are absent before reading starts. */
export interface NativeStats {
  readonly records?: number;
  readonly bytes?: number;
  readonly batches?: number;
  readonly droppedBatches?: number;
  readonly droppedRecords?: number;
  readonly droppedBytes?: number;
  readonly badRecords?: number;
  readonly pendingBytes?: number;
  /** Bytes of buffers that are being filled, queued, or held by JavaScript. */
  readonly heldBytes: number;
  readonly links: number;
}

/** Settings of the reader thread. */
export interface ReaderSettings {
  readonly slabBytes: number;
  readonly handoffBytes: number;
  readonly tickMs: number;
  readonly urgentOp: number;
}

/** The C++ object behind a sensor: open, configure, load, attach, read, close, in that order. */
export interface NativeEngine {
  open(path: string): number;
  describe(object: number): {
    programs: [name: string, section: string][];
    maps: [name: string, type: number, keySize: number, valueSize: number, maxEntries: number][];
  };
  setGlobal(object: number, name: string, bytes: Uint8Array): boolean;
  setMaxEntries(object: number, map: string, entries: number): void;
  reuseMap(object: number, map: string, fromObject: number): void;
  configureProgram(object: number, program: string, settings: ProgramSettings): void;
  load(object: number): void;
  attach(object: number, program: string): number;
  /** To a tracepoint by category and name; works without a mounted tracefs. */
  attachTracepoint(object: number, program: string, tracepoint: string): number;
  attachUprobes(object: number, program: string, places: UprobePlaces): number;
  attachPerfUprobe(
    object: number,
    program: string,
    place: { path: string; onReturn: boolean; offset: number; cookie: number },
  ): number;
  detach(links: readonly number[]): void;
  readIterator(object: number, program: string): Uint8Array;
  mapUpdate(object: number, map: string, key: Uint8Array, value: Uint8Array): void;
  mapDelete(object: number, map: string, key: Uint8Array): boolean;
  mapLookup(object: number, map: string, key: Uint8Array): Uint8Array | undefined;
  mapKeys(object: number, map: string): Uint8Array[];
  programFd(object: number, program: string): number;
  mapFd(object: number, map: string): number;
  /** Resolves when the reader has ended after close() and everything it read was delivered. */
  startReading(
    rings: readonly (readonly [object: number, map: string])[],
    onBatch: (buffer: ArrayBuffer, records: number, urgent: boolean) => void,
    settings: ReaderSettings,
  ): Promise<void>;
  release(buffer: ArrayBuffer): void;
  stats(): NativeStats;
  close(): void;
}

/** The benchmark's record producer and its C++ consumer. */
export interface NativeProducer {
  start(options: {
    programFd: number;
    total: number;
    recordBytes: number;
    burst: number;
    perSecond: number;
    cpu: number;
  }): void;
  consume(options: { mapFd: number; ringBytes: number; cpu: number; pollUs: number }): void;
  state(): {
    sent: number;
    refused: number;
    producerUs: number;
    errno: number;
    consumed: number;
    consumedBytes: number;
    consumerUs: number;
    producing: boolean;
  };
  stop(): void;
}

interface NativeAddon {
  initialize(makeError: typeof makeEngineError): void;
  NativeEngine: new () => NativeEngine;
  Producer: new () => NativeProducer;
}

let loaded: NativeAddon | undefined;

/** The folder of built files: the addon and the BPF objects. */
export function builtFile(name: string): string {
  return fileURLToPath(new URL(`../build/${name}`, import.meta.url));
}

/**
 * The addon, loaded on first use so that replay and the dashboard work without it.
 * Throws ENGINE_NOT_LINUX elsewhere, ENGINE_NOT_BUILT when it is missing or one of its libraries is.
 */
export function loadNative(): NativeAddon {
  if (loaded !== undefined) return loaded;
  if (process.platform !== 'linux') {
    throw new EngineError('ENGINE_NOT_LINUX', `Capture needs Linux; this is ${process.platform}.`);
  }
  try {
    const require = createRequire(import.meta.url);
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the type of a binary can only be stated
    const addon = require(builtFile('eyrie_bpf.node')) as NativeAddon;
    addon.initialize(makeEngineError);
    loaded = addon;
    return addon;
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      'ENGINE_NOT_BUILT',
      'The native addon is not built or one of its libraries is missing.',
      {
        detail,
        cause,
      },
    );
  }
}
