/**
 * The whole way of a process event: kernel record, decoded, enriched, redacted, posted to the main thread, mapped to a row,
 * committed by the writer thread. The records are a trace file; everything after it is what the server runs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forEachRecord, wireHash } from '@eyrie/bpf/wire';
import { openEventReader, startWriter, type EventInput } from '@eyrie/db';
import { defaultRedactionConfig, openTraceWriter, startEngine, type RedactedEvent } from '@eyrie/engine';
import { pino } from 'pino';
import { createBus } from '../../apps/server/src/ingest/bus.ts';
import { createIngest } from '../../apps/server/src/ingest/create-ingest.ts';
import { sizeOfLiveEvent, type LiveEvent } from '../../apps/server/src/ingest/live-event.ts';
import { makeWorkload, type Workload } from './ingest/workload.ts';
import { median, type BenchResult } from './result.ts';

const EVENTS = 200_000;
const RUNS = 3;
/** Calls of `write` as large as the batches the engine posts. */
const EVENTS_PER_WRITE = 512;
const QUEUE = 20_000;

const nobody = { cgroups: [], users: [], executables: [], subtreePids: [] };

function writeTrace(path: string, workload: Workload): void {
  const trace = openTraceWriter(path, {
    wireHash,
    bootId: '0a1b2c3d2dd74efd9472037742bbfaa8',
    host: {
      hostname: 'build-7',
      os: 'linux',
      os_version: 'Debian 12',
      arch: 'x64',
      kernel_version: '6.18.0',
    },
    clock: { monotonicUs: 1_790_000_000_000_000, boottimeUs: 1_790_000_000_000_000 },
    startedAt: '2026-11-21T00:00:00.000Z',
    collectorVersion: '0.1.0',
  });
  for (const batch of workload.batches) trace.write(batch);
  trace.close();
}

/** Replays the trace as fast as the receiver acknowledges; resolves at its end. */
async function replay(
  path: string,
  onEvents: (events: readonly RedactedEvent[], ktimeUs: readonly number[]) => void,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const engine = startEngine({
    source: { replay: path },
    scope: { mode: 'everything', ...nobody, exclude: nobody },
    redaction: defaultRedactionConfig,
    onEvents,
    onState: (state) => {
      if (state.replay?.finished === true) resolve(undefined);
    },
  });
  await promise;
  await engine.close();
  const stats = engine.stats();
  if (stats === undefined || stats.receiverErrors > 0 || Object.keys(stats.pipeline.errors).length > 0)
    throw new Error(`the engine failed: ${JSON.stringify(stats)}`);
}

/** Decoding alone, in records a second. */
function measureDecode({ batches, events }: Workload): number {
  let seen = 0;
  const started = performance.now();
  for (const batch of batches) forEachRecord(batch, () => void (seen += 1));
  if (seen !== events) throw new Error(`decoded ${seen} of ${events} records`);
  return events / ((performance.now() - started) / 1000);
}

/** From the first event in this thread to the last: only the engine's thread works, and this one unpacks. */
async function measureEngine(trace: string, events: number): Promise<Pick<Whole, 'rate' | 'cpuUs'>> {
  let first = 0;
  let before = 0;
  let count = 0;
  let last = 0;
  let cpu = process.cpuUsage();
  await replay(trace, (batch) => {
    last = performance.now();
    if (first === 0) {
      first = last;
      before = batch.length;
      cpu = process.cpuUsage();
    }
    count += batch.length;
  });
  if (count !== events) throw new Error(`the engine gave ${count} of ${events} events`);
  cpu = process.cpuUsage(cpu);
  return {
    rate: (events - before) / ((last - first) / 1000),
    cpuUs: (cpu.user + cpu.system) / (events - before),
  };
}

interface Whole {
  readonly rate: number;
  /** Processor time of an event in microseconds: of all threads, and of the main thread. */
  readonly cpuUs: number;
  readonly mainCpuUs: number;
  readonly inputs: readonly EventInput[];
}

/** From the first event in this thread to the last commit: all three threads work. */
async function measureWhole(trace: string, path: string, events: number): Promise<Whole> {
  const writer = await startWriter({ path });
  const inputs: EventInput[] = [];
  const ingest = createIngest({
    writer: {
      ...writer,
      stats: () => writer.stats(),
      setRetention: (limits) => writer.setRetention(limits),
      sweep: () => writer.sweep(),
      close: () => writer.close(),
      write(batch) {
        for (const input of batch) inputs.push(input);
        return writer.write(batch);
      },
    },
    reader: await openEventReader({ path }),
    bus: createBus<LiveEvent>({ sizeOf: sizeOfLiveEvent }),
    log: pino({ level: 'silent' }),
    observeStored: () => undefined,
  });
  let first = 0;
  let before = 0;
  let cpu = process.cpuUsage();
  let mainCpu = process.threadCpuUsage();
  await replay(trace, (batch, ktimeUs) => {
    if (first === 0) {
      first = performance.now();
      before = batch.length;
      cpu = process.cpuUsage();
      mainCpu = process.threadCpuUsage();
    }
    ingest.accept(batch, ktimeUs);
  });
  await ingest.settle();
  const seconds = (performance.now() - first) / 1000;
  cpu = process.cpuUsage(cpu);
  mainCpu = process.threadCpuUsage(mainCpu);
  const { stored } = await writer.close();
  if (stored !== events) throw new Error(`stored ${stored} of ${events} events`);
  return {
    rate: (events - before) / seconds,
    cpuUs: (cpu.user + cpu.system) / (events - before),
    mainCpuUs: (mainCpu.user + mainCpu.system) / (events - before),
    inputs,
  };
}

/** The same rows given to the writer directly. */
async function measureStore(inputs: readonly EventInput[], path: string): Promise<number> {
  const writer = await startWriter({ path });
  const started = performance.now();
  const commits: Promise<unknown>[] = [];
  for (let from = 0; from < inputs.length; from += EVENTS_PER_WRITE) {
    while (writer.stats().queuedEvents > QUEUE) await new Promise((resolve) => setTimeout(resolve, 1));
    commits.push(writer.write(inputs.slice(from, from + EVENTS_PER_WRITE)));
  }
  await Promise.all(commits);
  const seconds = (performance.now() - started) / 1000;
  const { stored } = await writer.close();
  if (stored !== inputs.length) throw new Error(`stored ${stored} of ${inputs.length} events`);
  return inputs.length / seconds;
}

type Series<Name extends string> = Readonly<Record<Name, number[]>>;

const rounded = (value: number): string => value.toFixed(0);

/** Process events from kernel records to committed rows, against the writer alone with the same rows. */
export async function run(): Promise<readonly BenchResult[]> {
  const workload = makeWorkload(EVENTS);
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-bench-'));
  try {
    const trace = join(folder, 'records.trace');
    writeTrace(trace, workload);
    const rates: Series<'decode' | 'engine' | 'whole' | 'store'> = {
      decode: [],
      engine: [],
      whole: [],
      store: [],
    };
    const cpu: Series<'engine' | 'whole' | 'main'> = { engine: [], whole: [], main: [] };
    let payloadBytes = 0;
    for (let round = 0; round < RUNS; round += 1) {
      rates.decode.push(measureDecode(workload));
      const engine = await measureEngine(trace, workload.events);
      rates.engine.push(engine.rate);
      cpu.engine.push(engine.cpuUs);
      const whole = await measureWhole(trace, join(folder, `whole-${round}.db`), workload.events);
      rates.whole.push(whole.rate);
      rates.store.push(await measureStore(whole.inputs, join(folder, `store-${round}.db`)));
      cpu.whole.push(whole.cpuUs);
      cpu.main.push(whole.mainCpuUs);
      payloadBytes = whole.inputs.reduce((sum, input) => sum + input.payload.length, 0);
      for (const name of [`whole-${round}.db`, `store-${round}.db`]) rmSync(join(folder, name));
    }
    const value = median(rates.whole);
    const floor = median(rates.store);
    return [
      {
        name: 'ingest: process records decoded, enriched, redacted and committed, through all three threads',
        value,
        unit: 'events/s',
        floor: { name: 'the writer alone, given the same rows', value: floor },
        ratio: value / floor,
        notes: [
          `best run ${rounded(Math.max(...rates.whole))} events/s, writer alone ${rounded(Math.max(...rates.store))}`,
          `decoding alone ${rounded(median(rates.decode))}, engine to the main thread ${rounded(median(rates.engine))} (best ${rounded(Math.max(...rates.engine))}) events/s`,
          `processor time an event: ${median(cpu.whole).toFixed(1)} µs in all, main thread ${median(cpu.main).toFixed(1)}, engine alone ${median(cpu.engine).toFixed(1)} with its collector's threads`,
          `payload ${rounded(payloadBytes / workload.events)} characters an event`,
        ],
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
