import { loadObject } from '../families.ts';
import { loadNative, type NativeEngine, type NativeProducer } from '../native.ts';
import { resolveSizes, type RecordBatch } from '../sensor-options.ts';
import { op } from '../../gen/wire.ts';

/** What the kernel program is to send. */
export interface ProducerOptions {
  readonly total: number;
  /** Of one tls_data record, header included: 104 to 4096. */
  readonly recordBytes: number;
  /** Offered rate; 0 is as fast as the kernel can. */
  readonly perSecond?: number;
  /** CPU to run on; -1 leaves it to the scheduler. */
  readonly cpu?: number;
}

/** What became of it. */
export interface ProducerState {
  readonly producing: boolean;
  readonly sent: number;
  /** Records the ring had no room for. */
  readonly refused: number;
  readonly producerUs: number;
  /** By the C++ consumer. */
  readonly consumed: number;
  readonly consumedBytes: number;
  readonly consumerUs: number;
  readonly errno: number;
}

/** How the ring is read: the same settings as a sensor's. */
export interface RingBenchOptions {
  readonly ringBytes?: number;
  readonly handoffBytes?: number;
  readonly batchBytes?: number;
  readonly batchMs?: number;
}

/** A real kernel ring that a BPF program fills on demand, without probes and without a sensor. */
export interface RingBench {
  readonly ringBytes: number;
  /** Starts a run of the producer in a thread of its own. */
  produce(options: ProducerOptions): void;
  /** Reads the ring through the sensor's own reader. Once, and not together with `consumeNatively`. */
  read(onBatch: (batch: RecordBatch) => void): void;
  /** Reads the ring in a C++ thread that copies each record, for comparison, until `stop`. */
  consumeNatively(options: { readonly cpu?: number; readonly pollUs?: number }): void;
  state(): ProducerState;
  /** Records and drops of the reader. */
  stats(): { records: number; handoffDropped: number; ringPending: number; handoffPending: number };
  /** Ends producer and C++ consumer; the consumer empties the ring first. */
  stop(): void;
  close(): Promise<void>;
}

/** Records of one run of the program: long enough that the system call does not count, short enough to keep a rate. */
const burst = 2000;

class OpenRingBench implements RingBench {
  readonly ringBytes: number;
  readonly #native: NativeEngine;
  readonly #producer: NativeProducer;
  readonly #object: number;
  readonly #options: RingBenchOptions;
  #ended: Promise<void> = Promise.resolve();

  constructor(native: NativeEngine, producer: NativeProducer, options: RingBenchOptions) {
    this.#native = native;
    this.#producer = producer;
    this.#options = options;
    this.ringBytes = resolveSizes(options).ringBytes;
    this.#object = loadObject({ native, ringBytes: this.ringBytes, base: undefined }, 'bench.bpf.o');
  }

  produce({ total, recordBytes, perSecond = 0, cpu = -1 }: ProducerOptions): void {
    const programFd = this.#native.programFd(this.#object, 'eyrie_bench_emit');
    this.#producer.start({ programFd, total, recordBytes, burst, perSecond, cpu });
  }

  read(onBatch: (batch: RecordBatch) => void): void {
    const native = this.#native;
    const sizes = resolveSizes(this.#options);
    this.#ended = native.startReading(
      [[this.#object, 'events']],
      (buffer, records) =>
        onBatch({ bytes: new Uint8Array(buffer), records, release: () => native.release(buffer) }),
      {
        slabBytes: sizes.batchBytes,
        handoffBytes: sizes.handoffBytes,
        tickMs: sizes.batchMs,
        urgentOp: op.imageMapped,
      },
    );
  }

  consumeNatively({ cpu = -1, pollUs = 1000 }: { readonly cpu?: number; readonly pollUs?: number }): void {
    const mapFd = this.#native.mapFd(this.#object, 'events');
    this.#producer.consume({ mapFd, ringBytes: this.ringBytes, cpu, pollUs });
  }

  state(): ProducerState {
    return this.#producer.state();
  }

  stats(): { records: number; handoffDropped: number; ringPending: number; handoffPending: number } {
    const { records = 0, droppedRecords = 0, pendingBytes = 0, heldBytes } = this.#native.stats();
    return { records, handoffDropped: droppedRecords, ringPending: pendingBytes, handoffPending: heldBytes };
  }

  stop(): void {
    this.#producer.stop();
  }

  async close(): Promise<void> {
    this.#producer.stop();
    this.#native.close();
    await this.#ended;
  }
}

/** Opens a ring for a benchmark. Needs the privileges a sensor needs. Throws EngineError. */
export function openRingBench(options: RingBenchOptions = {}): RingBench {
  const addon = loadNative();
  const native = new addon.NativeEngine();
  try {
    return new OpenRingBench(native, new addon.Producer(), options);
  } catch (error) {
    native.close();
    throw error;
  }
}
