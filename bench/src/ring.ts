/**
 * Kernel ring to decoded JavaScript records, through the sensor's own reader: how many records a second beside a C++ consumer of
 * the same ring, and what is lost when the JavaScript thread stands still.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openRingBench, type RingBench } from '@eyrie/bpf/bench';
import { forEachRecord, type WireRecord } from '@eyrie/bpf/wire';
import { withoutCapture } from './privilege.ts';
import { median, type BenchResult } from './result.ts';

/** Of one record, header included. */
const RECORD_BYTES = 200;

/** Of one repeat without a rate limit: one to two seconds. */
const RECORDS = 4_000_000;

/** Pairs of C++ and JavaScript, one after the other: the machine is shared. */
const REPEATS = 7;

const STALL_MS = 500;
const STALL_RATE = 1_000_000;
const STALL_RECORDS = 1_500_000;
const STALLS = 5;

/** Where the kernel program runs; the consumer is left the other processor by the scheduler. */
const PRODUCER_CPU = 1;

/** Reads what a pipeline stage would read of a record, and knows one that is not its own. */
class RecordCheck {
  records = 0;
  wrong = 0;
  payloadBytes = 0;
  /** Numbers of the sum of all records: what is read has to be used. */
  fields = 0;

  readonly visit = (record: WireRecord): void => {
    if (record.kind !== 'tls_data') {
      this.wrong += 1;
      return;
    }
    this.records += 1;
    this.payloadBytes += record.payload.length;
    this.fields += record.ktimeUs + record.ssl + record.connUs + record.tgid + record.fd + record.callLen;
    if (record.payload[0] !== (record.position & 0xff) || record.direction !== 'read') this.wrong += 1;
  };
}

async function whileProducing(ring: RingBench): Promise<void> {
  while (ring.state().producing) await delay(5);
  if (ring.state().errno !== 0) throw new Error(`the producer failed with errno ${ring.state().errno}`);
}

interface Throughput {
  readonly perSecond: number;
  readonly received: number;
  readonly refused: number;
  readonly handoffDropped: number;
}

/** Records a second from the start of the producer to the last record, offered without a rate limit. */
async function measureJavaScript(): Promise<Throughput> {
  const ring = openRingBench();
  try {
    const check = new RecordCheck();
    let last = 0;
    ring.read((batch) => {
      const decoded = forEachRecord(batch.bytes, check.visit);
      if (decoded.unknown + decoded.short > 0) throw new Error('a record could not be decoded');
      batch.release();
      last = performance.now();
    });
    const started = performance.now();
    ring.produce({ total: RECORDS, recordBytes: RECORD_BYTES, cpu: PRODUCER_CPU });
    await whileProducing(ring);
    const { sent, refused } = ring.state();
    const drained = performance.now() + 5000;
    while (check.records + ring.stats().handoffDropped < sent && performance.now() < drained) await delay(1);
    const { handoffDropped } = ring.stats();
    if (check.records + handoffDropped !== sent || check.wrong > 0)
      throw new Error(`${check.records} of ${sent} records arrived, ${check.wrong} of them wrong`);
    return {
      perSecond: (check.records / (last - started)) * 1000,
      received: check.records,
      refused,
      handoffDropped,
    };
  } finally {
    await ring.close();
  }
}

/** The same ring, the same records, read by a C++ thread that copies each record. */
async function measureNative(): Promise<Throughput> {
  const ring = openRingBench();
  try {
    ring.consumeNatively({});
    const started = performance.now();
    ring.produce({ total: RECORDS, recordBytes: RECORD_BYTES, cpu: PRODUCER_CPU });
    await whileProducing(ring);
    // ends when the ring is empty
    ring.stop();
    const ended = performance.now();
    const { consumed, sent, refused } = ring.state();
    if (consumed !== sent) throw new Error(`the C++ consumer saw ${consumed} of ${sent} records`);
    return {
      perSecond: (consumed / (ended - started)) * 1000,
      received: consumed,
      refused,
      handoffDropped: 0,
    };
  } finally {
    await ring.close();
  }
}

async function measureThroughput(): Promise<BenchResult> {
  const script: Throughput[] = [];
  const native: Throughput[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    native.push(await measureNative());
    script.push(await measureJavaScript());
  }
  const value = median(script.map((run) => run.perSecond));
  const floor = median(native.map((run) => run.perSecond));
  const ratios = script.map((run, index) => run.perSecond / (native[index]?.perSecond ?? Number.NaN));
  const best = (runs: readonly Throughput[]): string =>
    Math.max(...runs.map((run) => run.perSecond)).toFixed(0);
  const share = (part: (run: Throughput) => number): string =>
    `${((100 * median(script.map(part))) / RECORDS).toFixed(1)} %`;
  return {
    name: `ring: ${RECORD_BYTES}-byte records from the kernel to decoded JavaScript objects`,
    value,
    unit: 'records/s',
    floor: { name: 'a C++ thread that copies each record out of the same ring', value: floor },
    ratio: median(ratios),
    notes: [
      `best ${best(script)} and ${best(native)} records/s in ${REPEATS} pairs; the ratio is the middle one of the pairs`,
      `offered as fast as the kernel can; not taken: ${share((run) => run.refused)} ring full, ${share((run) => run.handoffDropped)} hand-off full, all counted`,
    ],
  };
}

function stall(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

interface Stall {
  readonly received: number;
  readonly beforeStall: number;
  readonly refused: number;
  readonly handoffDropped: number;
  readonly heldBytes: number;
  readonly offeredPerSecond: number;
}

/** One run in which the JavaScript thread does nothing for half a second while a million records a second come. */
async function stallOnce(): Promise<Stall> {
  const ring = openRingBench();
  try {
    const check = new RecordCheck();
    ring.read((batch) => {
      forEachRecord(batch.bytes, check.visit);
      batch.release();
    });
    const order = { total: STALL_RECORDS, recordBytes: RECORD_BYTES, perSecond: STALL_RATE };
    ring.produce({ ...order, cpu: PRODUCER_CPU });
    await delay(200);
    const beforeStall = check.records;
    stall(STALL_MS);
    const heldBytes = ring.stats().handoffPending;
    await whileProducing(ring);
    const { sent, refused, producerUs } = ring.state();
    const deadline = performance.now() + 5000;
    while (check.records + ring.stats().handoffDropped < sent && performance.now() < deadline) await delay(1);
    const { handoffDropped } = ring.stats();
    if (check.wrong > 0) throw new Error(`${check.wrong} records arrived wrong`);
    const offeredPerSecond = (STALL_RECORDS / producerUs) * 1e6;
    return { received: check.records, beforeStall, refused, handoffDropped, heldBytes, offeredPerSecond };
  } finally {
    await ring.close();
  }
}

/** What arrives of all the runs together: one loss in any of them shows. */
async function measureStall(): Promise<BenchResult> {
  const stalls: Stall[] = [];
  for (let repeat = 0; repeat < STALLS; repeat += 1) stalls.push(await stallOnce());
  const sum = (part: (one: Stall) => number): number => stalls.reduce((total, one) => total + part(one), 0);
  const offered = STALLS * STALL_RECORDS;
  const received = sum((one) => one.received);
  return {
    name: `ring: records received around stalls of ${STALL_MS} ms of the JavaScript thread`,
    value: received,
    unit: 'records',
    floor: { name: `offered by the kernel program in ${STALLS} runs`, value: offered },
    ratio: received / offered,
    notes: [
      `${median(stalls.map((one) => one.offeredPerSecond)).toFixed(0)} records/s offered; ${median(stalls.map((one) => one.beforeStall))} had been received before the stall`,
      `dropped: ${sum((one) => one.refused)} ring full, ${sum((one) => one.handoffDropped)} hand-off full; ${Math.round(Math.max(...stalls.map((one) => one.heldBytes)) / 2 ** 20)} MiB were the most that waited`,
    ],
  };
}

/** Both figures; none on a machine that may not load BPF programs. */
export async function run(): Promise<readonly BenchResult[]> {
  return withoutCapture('ring') ? [] : [await measureThroughput(), await measureStall()];
}
