/**
 * What capture costs the programs it captures: TLS client and server pairs without probes, with empty probes at the places where
 * the sensor puts its own, and with the sensor. The three take turns in every round, since the machine is shared.
 */
import { openSensor, type CaptureScope } from '@eyrie/bpf';
import { openEmptyProbes } from '@eyrie/bpf/bench';
import { forEachRecord } from '@eyrie/bpf/wire';
import { withoutCapture } from './privilege.ts';
import { median, type BenchResult } from './result.ts';
import { startPairs, type TlsPair } from './tls/pair.ts';

const ROUNDS = 7;
const RUN_MS = 400;
const SIZES = [1024, 16_384] as const;

type Condition = 'none' | 'empty' | 'sensor';
const conditions: readonly Condition[] = ['none', 'empty', 'sensor'];

interface Sample {
  readonly perSecond: number;
  /** Processor time of client and server for one request. */
  readonly cpuUs: number;
  /** TLS calls that moved data, by client and server, for one request; only the sensor sees them. */
  readonly calls: number;
  /** Processor time of this process for one such call: reader thread, decoding. */
  readonly sensorUs: number;
  readonly dropped: Counts;
}

/** Records lost, by reason. */
type Counts = Readonly<Record<string, number>>;

interface Conditions {
  calls(): number;
  dropped(): Counts;
  close(): Promise<void>;
}

const nobody = { cgroups: [], users: [], executables: [], subtreePids: [] };

function openCapture(subtreePids: readonly number[]): Conditions {
  const scope: CaptureScope = { mode: 'selected', ...nobody, subtreePids, exclude: nobody };
  let calls = 0;
  const sensor = openSensor({
    scope,
    onBatch(batch) {
      forEachRecord(batch.bytes, (record) => {
        // A call of more than 16 KiB comes in several records.
        if (record.kind === 'tls_data') calls += record.len / record.callLen;
      });
      batch.release();
    },
  });
  return {
    calls: () => calls,
    dropped() {
      const { dropped, handoffDropped } = sensor.stats();
      return { ...dropped, 'hand-off': handoffDropped };
    },
    close: () => sensor.close(),
  };
}

function openCondition(condition: Condition, pids: readonly number[]): Conditions {
  if (condition === 'sensor') return openCapture(pids);
  const probes = condition === 'empty' ? openEmptyProbes() : undefined;
  return { calls: () => 0, dropped: () => ({}), close: () => Promise.resolve(probes?.close()) };
}

function subtract(after: Counts, before: Counts): Counts {
  return Object.fromEntries(
    Object.entries(after).map(([reason, count]) => [reason, count - (before[reason] ?? 0)]),
  );
}

/** All reasons that are not zero, in words. */
function describeDrops(all: readonly Counts[]): string {
  const sums = new Map<string, number>();
  for (const [reason, count] of all.flatMap((counts) => Object.entries(counts))) {
    if (count > 0) sums.set(reason, (sums.get(reason) ?? 0) + count);
  }
  return sums.size === 0 ? 'none' : [...sums].map(([reason, count]) => `${count} ${reason}`).join(', ');
}

async function sampleOnce(pair: TlsPair, bytes: number, open: Conditions): Promise<Sample> {
  await pair.run(bytes, RUN_MS / 8);
  // the records of the warm-up are on their way for up to a batch's age
  await new Promise((resolve) => setTimeout(resolve, 20));
  const [calls, dropped, cpu] = [open.calls(), open.dropped(), process.cpuUsage()];
  const { requests, ms, cpuUs } = await pair.run(bytes, RUN_MS);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const used = process.cpuUsage(cpu);
  const moved = open.calls() - calls;
  return {
    perSecond: (requests / ms) * 1000,
    cpuUs: cpuUs / requests,
    calls: moved / requests,
    sensorUs: (used.user + used.system) / moved,
    dropped: subtract(open.dropped(), dropped),
  };
}

type Samples = Readonly<Record<Condition, Sample[]>>;

/** Of the samples of each round: `part` of one condition over `part` of another. */
function ratioOf(samples: Samples, over: Condition, part: (sample: Sample) => number): number {
  return median(
    samples.sensor.map((sample, round) => {
      const other = samples[over][round];
      return other === undefined ? Number.NaN : part(sample) / part(other);
    }),
  );
}

function describe(pair: TlsPair, bytes: number, samples: Samples): BenchResult {
  const perSecond = (condition: Condition): number => median(samples[condition].map((one) => one.perSecond));
  const cpuUs = (condition: Condition): number => median(samples[condition].map((one) => one.cpuUs));
  const calls = median(samples.sensor.map((one) => one.calls));
  const added = (condition: Condition): string => ((cpuUs(condition) - cpuUs('none')) / calls).toFixed(1);
  const toEmpty = ratioOf(samples, 'empty', (one) => one.perSecond);
  return {
    name: `tls: ${pair.name}, ${bytes / 1024} KiB there and back, one request at a time`,
    value: perSecond('sensor'),
    unit: 'requests/s',
    floor: { name: 'without probes', value: perSecond('none') },
    ratio: ratioOf(samples, 'none', (one) => one.perSecond),
    notes: [
      `${perSecond('empty').toFixed(0)} requests/s with empty probes; the sensor's ratio to them ${toEmpty.toFixed(3)}`,
      `processor time of client and server a request: ${conditions.map((condition) => `${condition} ${cpuUs(condition).toFixed(0)}`).join(', ')} µs`,
      `added for each of ${calls.toFixed(1)} TLS calls that moved data: empty ${added('empty')}, sensor ${added('sensor')} µs; ` +
        `and ${median(samples.sensor.map((one) => one.sensorUs)).toFixed(1)} µs in the sensor's own process`,
      `records dropped: ${describeDrops(samples.sensor.map((one) => one.dropped))}`,
    ],
  };
}

async function measure(pairs: readonly TlsPair[]): Promise<BenchResult[]> {
  const cases = pairs.flatMap((pair) =>
    SIZES.map((bytes) => {
      const samples: Samples = { none: [], empty: [], sensor: [] };
      return { pair, bytes, samples };
    }),
  );
  const pids = pairs.flatMap((pair) => pair.pids);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < conditions.length; turn += 1) {
      const condition = conditions[(round + turn) % conditions.length] ?? 'none';
      const open = openCondition(condition, pids);
      try {
        for (const { pair, bytes, samples } of cases) {
          samples[condition].push(await sampleOnce(pair, bytes, open));
        }
      } finally {
        await open.close();
      }
    }
  }
  for (const { pair, samples } of cases) {
    if (samples.sensor.some((one) => one.calls === 0))
      throw new Error(`the sensor saw nothing of ${pair.name}`);
  }
  return cases.map(({ pair, bytes, samples }) => describe(pair, bytes, samples));
}

/** A result for each pair and size of message; none on a machine that may not load BPF programs. */
export async function run(): Promise<readonly BenchResult[]> {
  if (withoutCapture('tls')) return [];
  const started = await startPairs();
  try {
    return await measure(started.pairs);
  } finally {
    started.close();
  }
}
