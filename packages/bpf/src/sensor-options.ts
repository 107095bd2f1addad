import { EngineError } from './errors.ts';
import type { AttachMode } from './families.ts';
import type { CaptureScope } from './scope/types.ts';
import type { TlsTarget } from './targets/target-registry.ts';

/** Wire records one after another, each padded to 8 bytes. Decode synchronously, then release. */
export interface RecordBatch {
  /** Valid until `release`, which detaches it. */
  readonly bytes: Uint8Array;
  readonly records: number;
  /** Gives the buffer back. More than once is harmless. */
  release(): void;
}

/** How to open a sensor. All but the scope and the receiver have defaults. */
export interface SensorOptions {
  /** Size of the kernel ring buffer: a power of two, 256 KiB to 1 GiB. */
  readonly ringBytes?: number;
  /** Most bytes waiting for JavaScript; what does not fit is dropped and counted. */
  readonly handoffBytes?: number;
  /** Most bytes of one batch, 64 KiB to 16 MiB. */
  readonly batchBytes?: number;
  /** Most milliseconds a record waits for its batch, 1 to 1000. */
  readonly batchMs?: number;
  /** Ways of attaching to try, the first one first; all by default. */
  readonly attachModes?: readonly AttachMode[];
  /** How often files that nobody uses any more are let go, 100 ms to an hour; 2 s by default. */
  readonly sweepMs?: number;
  readonly scope: CaptureScope;
  onBatch(batch: RecordBatch): void;
  /** A file with TLS functions was found, captured or not. */
  onTarget?(target: TlsTarget): void;
}

/** Checked sizes in bytes and milliseconds. */
export interface SensorSizes {
  readonly ringBytes: number;
  readonly handoffBytes: number;
  readonly batchBytes: number;
  readonly batchMs: number;
  readonly sweepMs: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * Defaults: a ring for 150 ms and a hand-off for 600 ms of a million 200-byte records a second, so that a JavaScript
 * thread that stalls for half a second loses nothing (reference measurements, "Handing 200-byte events to Node").
 */
const defaults: SensorSizes = {
  ringBytes: 32 * MiB,
  handoffBytes: 128 * MiB,
  batchBytes: 256 * KiB,
  batchMs: 5,
  sweepMs: 2000,
};

function inRange(name: keyof SensorSizes, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new EngineError(
    'ENGINE_BAD_OPTION',
    `${name} must be a whole number from ${least} to ${most}, not ${value}.`,
  );
}

/** Fills in defaults and checks limits. Throws ENGINE_BAD_OPTION. */
export function resolveSizes(options: Partial<SensorSizes>): SensorSizes {
  const ringBytes = inRange('ringBytes', options.ringBytes ?? defaults.ringBytes, 256 * KiB, 1024 * MiB);
  if (!Number.isInteger(Math.log2(ringBytes))) {
    throw new EngineError('ENGINE_BAD_OPTION', `ringBytes must be a power of two, not ${ringBytes}.`);
  }
  const batchBytes = inRange('batchBytes', options.batchBytes ?? defaults.batchBytes, 64 * KiB, 16 * MiB);
  const handoffBytes = options.handoffBytes ?? Math.max(defaults.handoffBytes, 2 * batchBytes);
  return {
    ringBytes,
    // Records are at most a batch, and are copied in multiples of 8.
    batchBytes: batchBytes & ~7,
    handoffBytes: inRange('handoffBytes', handoffBytes, batchBytes, 8192 * MiB),
    batchMs: inRange('batchMs', options.batchMs ?? defaults.batchMs, 1, 1000),
    sweepMs: inRange('sweepMs', options.sweepMs ?? defaults.sweepMs, 100, 3_600_000),
  };
}
