import { forEachRecord, op, type ImageMapped } from '../gen/wire.ts';
import { readDropped, readSent } from './counters.ts';
import { EngineError } from './errors.ts';
import {
  startDiscoveryFamily,
  startProcessFamily,
  startTlsFamily,
  type AttachMode,
  type FamilyName,
  type FamilyStatus,
  type LoadedObjects,
  type TlsFamily,
} from './families.ts';
import { loadNative, type NativeEngine } from './native.ts';
import { fileKey, writeScope } from './scope/scope-maps.ts';
import type { CaptureScope } from './scope/types.ts';
import { resolveSizes, type SensorOptions } from './sensor-options.ts';
import { findCanary } from './targets/canary.ts';
import { TargetRegistry, type TlsTarget } from './targets/target-registry.ts';

/** What has gone through a sensor since it was opened. */
export interface SensorStats {
  /** Records and bytes handed to `onBatch`, image notices included. */
  readonly records: number;
  readonly bytes: number;
  /** Records the kernel sent, by family. */
  readonly sent: Readonly<Record<FamilyName, number>>;
  /** Records the kernel could not send, by `family.reason`. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Records dropped because JavaScript held more than `handoffBytes`. */
  readonly handoffDropped: number;
  /** Records whose header made no sense. */
  readonly badRecords: number;
  readonly ringBytes: number;
  readonly ringPending: number;
  /** Bytes of batches queued for or held by JavaScript. */
  readonly handoffPending: number;
}

/** An open sensor. Use it on the thread that opened it. */
export interface Sensor {
  families(): FamilyStatus[];
  /** How TLS functions are probed here; undefined when they are not. */
  attachMode(): AttachMode | undefined;
  /** Files with TLS functions. Reads /proc: not for every event. */
  targets(): TlsTarget[];
  stats(): SensorStats;
  /** Changes what is captured, at once. Throws ENGINE_BAD_OPTION and leaves the scope as it was. */
  setScope(scope: CaptureScope): void;
  /** Stops, detaches and frees. Resolves when the last batch has been delivered. Idempotent. */
  close(): Promise<void>;
}

/** Sweeps between two times at which the kernel's memory of seen files is cleared. */
const sweepsPerForget = 8;

interface Families {
  readonly statuses: FamilyStatus[];
  readonly tls: TlsFamily | undefined;
  readonly discovery: number | undefined;
}

/** Starts what this machine can; throws what the first family failed with when none works. */
function startFamilies(objects: LoadedObjects, modes: readonly AttachMode[] | undefined): Families {
  const statuses: FamilyStatus[] = [];
  let failure: unknown;
  const start = <T>(name: FamilyName, run: () => T): T | undefined => {
    try {
      const started = run();
      statuses.push({ name, active: true });
      return started;
    } catch (error) {
      if (!(error instanceof EngineError) || error.code === 'ENGINE_WIRE_MISMATCH') throw error;
      // Without the right to load anything, or without the files, the rest would only fail in the same way.
      if (objects.base === undefined && isFinal(error)) throw error;
      failure ??= error;
      statuses.push({ name, active: false, reason: error.message });
      return undefined;
    }
  };
  start('process', () => startProcessFamily(objects));
  const tls = start('tls', () => {
    const canary = findCanary();
    if (canary === undefined)
      throw new EngineError('ENGINE_NOT_BUILT', 'The native addon has no place to probe.');
    return startTlsFamily(objects, canary, modes);
  });
  const discovery = start('discovery', () => startDiscoveryFamily(objects));
  if (objects.base === undefined) throw failure;
  return { statuses, tls, discovery };
}

function isFinal(error: EngineError): boolean {
  return ['ENGINE_NO_PRIVILEGE', 'ENGINE_NOT_BUILT', 'ENGINE_WIRE_MISMATCH', 'ENGINE_NO_BTF'].includes(
    error.code,
  );
}

class OpenSensor implements Sensor {
  readonly #native: NativeEngine;
  readonly #options: SensorOptions;
  readonly #ringBytes: number;
  readonly #families: Families;
  readonly #base: number;
  readonly #registry: TargetRegistry;
  readonly #sweep: NodeJS.Timeout;
  readonly #ended: Promise<void>;
  #scope: CaptureScope;
  #sweeps = 0;
  #closed = false;
  #last: SensorStats | undefined;

  constructor(native: NativeEngine, options: SensorOptions) {
    const sizes = resolveSizes(options);
    this.#native = native;
    this.#options = options;
    this.#ringBytes = sizes.ringBytes;
    this.#scope = options.scope;
    const objects: LoadedObjects = { native, ringBytes: sizes.ringBytes, base: undefined };
    this.#families = startFamilies(objects, options.attachModes);
    this.#base = objects.base ?? 0;
    writeScope(native, this.#base, { scope: options.scope, previous: undefined, ownPid: process.pid });
    this.#ended = native.startReading([[this.#base, 'events']], this.#receive, {
      slabBytes: sizes.batchBytes,
      handoffBytes: sizes.handoffBytes,
      tickMs: sizes.batchMs,
      urgentOp: op.imageMapped,
    });
    this.#registry = new TargetRegistry({
      attach: (path, probes) => this.#families.tls?.attach(path, probes) ?? [],
      detach: (links) => this.#native.detach(links),
      forgetImages: this.#forgetImages,
      onTarget: (target) => options.onTarget?.(target),
    });
    if (this.#families.tls !== undefined) this.#registry.scan();
    this.#sweep = setInterval(this.#sweepTargets, sizes.sweepMs).unref();
  }

  families(): FamilyStatus[] {
    return [...this.#families.statuses];
  }

  attachMode(): AttachMode | undefined {
    return this.#families.tls?.mode;
  }

  targets(): TlsTarget[] {
    return this.#registry.targets();
  }

  stats(): SensorStats {
    if (this.#last !== undefined) return this.#last;
    const native = this.#native.stats();
    return {
      records: native.records ?? 0,
      bytes: native.bytes ?? 0,
      sent: readSent(this.#native, this.#base),
      dropped: readDropped(this.#native, this.#base),
      handoffDropped: native.droppedRecords ?? 0,
      badRecords: native.badRecords ?? 0,
      ringBytes: this.#ringBytes,
      ringPending: native.pendingBytes ?? 0,
      handoffPending: native.heldBytes,
    };
  }

  setScope(scope: CaptureScope): void {
    if (this.#closed) throw new EngineError('ENGINE_CLOSED', 'The sensor is closed.');
    writeScope(this.#native, this.#base, { scope, previous: this.#scope, ownPid: process.pid });
    this.#scope = scope;
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#last = { ...this.stats(), ringPending: 0 };
      this.#closed = true;
      clearInterval(this.#sweep);
      this.#native.close();
    }
    await this.#ended;
  }

  /** Called once a batch. */
  readonly #receive = (buffer: ArrayBuffer, records: number, urgent: boolean): void => {
    const native = this.#native;
    const bytes = new Uint8Array(buffer);
    if (!urgent) {
      this.#options.onBatch({ bytes, records, release: () => native.release(buffer) });
      return;
    }
    const mapped: ImageMapped[] = [];
    forEachRecord(bytes, (record) => {
      if (record.kind === 'image_mapped') mapped.push(record);
    });
    native.release(buffer);
    const { tls, discovery } = this.#families;
    if (this.#closed || tls === undefined || discovery === undefined) return;
    for (const { tgid, address, device, inode } of mapped) {
      // The kernel tells of a file once: what could not be looked at must be told again by its next user.
      if (!this.#registry.imageMapped(tgid, address))
        native.mapDelete(discovery, 'seen_images', fileKey(`${device}:${inode}`));
    }
  };

  readonly #sweepTargets = (): void => {
    this.#sweeps += 1;
    // An inode number may come back with another file behind it: let the kernel tell again, knowing is cheap here.
    if (this.#sweeps % sweepsPerForget === 0) this.#forgetImages();
    this.#registry.sweep();
  };

  readonly #forgetImages = (): void => {
    const { discovery } = this.#families;
    if (discovery === undefined) return;
    for (const key of this.#native.mapKeys(discovery, 'seen_images')) {
      this.#native.mapDelete(discovery, 'seen_images', key);
    }
  };
}

/**
 * Loads the BPF programs, attaches them and starts delivering batches to `onBatch` on this thread's event loop.
 * What a machine lacks for one family leaves the others working: see `families()`.
 * Throws EngineError: ENGINE_NO_PRIVILEGE, ENGINE_NO_BTF, ENGINE_VERIFIER_REJECTED, ENGINE_NOT_BUILT,
 * ENGINE_WIRE_MISMATCH, ENGINE_BAD_OPTION and others; then nothing is left behind.
 */
export function openSensor(options: SensorOptions): Sensor {
  const native = new (loadNative().NativeEngine)();
  try {
    return new OpenSensor(native, options);
  } catch (error) {
    native.close();
    throw error;
  }
}
