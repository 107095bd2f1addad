/**
 * How old an event is when it is decoded, when the main thread has it, and when it is committed, at a moderate load of real AI
 * calls over TLS and real processes: sensor, pipeline and writer as the server runs them, in this process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSensor, type CaptureScope } from '@eyrie/bpf';
import { forEachRecord } from '@eyrie/bpf/wire';
import { startWriter } from '@eyrie/db';
import { defaultRedactionConfig, startEngine, type RedactedEvent } from '@eyrie/engine';
import { toEventInput } from '../../apps/server/src/ingest/to-event-input.ts';
import { withoutCapture } from './privilege.ts';
import type { BenchResult } from './result.ts';
import { makeCertificate, TalkingChild } from './tls/pair.ts';

const LOAD = { ms: 8000, callsPerSecond: 25, processesPerSecond: 50 };
const WARM_UP = { ...LOAD, ms: 1000 };

/** Batches, commits and the engine's own outgoing queue take fractions of this. */
const SETTLE_MS = 500;

type Family = 'AI calls over TLS' | 'processes';
const families: readonly Family[] = ['AI calls over TLS', 'processes'];

/** Ages in milliseconds. */
type Ages = Record<Family, number[]>;
const noAges = (): Ages => ({ 'AI calls over TLS': [], processes: [] });

const nobody = { cgroups: [], users: [], executables: [], subtreePids: [] };

/** CLOCK_MONOTONIC in microseconds, the clock of the kernel's records. */
const nowUs = (): number => Number(process.hrtime.bigint()) / 1000;

const familyOf = (event: RedactedEvent): Family =>
  event.event_type.startsWith('process.') ? 'processes' : 'AI calls over TLS';

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

class Load {
  readonly #server: TalkingChild;
  readonly #client: TalkingChild;
  readonly scope: CaptureScope;

  constructor(server: TalkingChild, client: TalkingChild) {
    this.#server = server;
    this.#client = client;
    const subtreePids = [server.pid, client.pid];
    this.scope = { mode: 'selected', ...nobody, subtreePids, exclude: nobody };
  }

  async run(load: typeof LOAD): Promise<{ calls: number; processes: number }> {
    this.#client.write(load);
    const done = await this.#client.read('calls', 'processes');
    await delay(SETTLE_MS);
    return done;
  }

  close(): void {
    this.#client.close();
    this.#server.close();
  }
}

async function startLoad(files: readonly string[]): Promise<Load> {
  const script = (name: string): string => fileURLToPath(new URL(`latency/${name}`, import.meta.url));
  const server = new TalkingChild([process.execPath, script('ai-server.ts'), ...files]);
  const { port } = await server.read('port');
  return new Load(server, new TalkingChild([process.execPath, script('load.ts'), String(port)]));
}

/** Age of each record when it has just been decoded. */
async function measureDecoded(load: Load): Promise<Ages> {
  let ages = noAges();
  const sensor = openSensor({
    scope: load.scope,
    onBatch(batch) {
      forEachRecord(batch.bytes, (record) => {
        const age = (nowUs() - record.ktimeUs) / 1000;
        if (record.kind === 'tls_data') ages['AI calls over TLS'].push(age);
        else if (record.kind.startsWith('process_')) ages.processes.push(age);
      });
      batch.release();
    },
  });
  try {
    await load.run(WARM_UP);
    ages = noAges();
    await load.run(LOAD);
    return ages;
  } finally {
    await sensor.close();
  }
}

interface EventAges {
  /** When the main thread has them, redacted. */
  readonly received: Ages;
  /** When the main thread knows that they are committed. */
  readonly stored: Ages;
  readonly lost: number;
}

/** Ages of events on the way that the server gives them. */
async function measureEvents(load: Load, path: string): Promise<EventAges> {
  const writer = await startWriter({ path });
  let received = noAges();
  let stored = noAges();
  const { promise: ready, resolve, reject } = Promise.withResolvers<undefined>();
  const note = (ages: Ages, events: readonly RedactedEvent[], ktimeUs: readonly number[]): void => {
    const now = nowUs();
    events.forEach((event, index) => {
      ages[familyOf(event)].push((now - (ktimeUs[index] ?? Number.NaN)) / 1000);
    });
  };
  const engine = startEngine({
    source: 'kernel',
    scope: load.scope,
    redaction: defaultRedactionConfig,
    onEvents(events, ktimeUs) {
      note(received, events, ktimeUs);
      void writer.write(events.map(toEventInput)).then(() => note(stored, events, ktimeUs));
    },
    onState({ ready: isReady, code, reasons }) {
      if (isReady) resolve(undefined);
      else if (code !== 'ENGINE_STARTING') reject(new Error(reasons.join(' ')));
    },
  });
  try {
    await ready;
    await load.run(WARM_UP);
    received = noAges();
    stored = noAges();
    const { calls, processes } = await load.run(LOAD);
    const seen = { calls: stored['AI calls over TLS'].length, processes: stored.processes.length };
    // a request and a response; fork, exec and exit
    return { received, stored, lost: 2 * calls + 3 * processes - seen.calls - seen.processes };
  } finally {
    await engine.close();
    await writer.close();
  }
}

function describe(decoded: Ages, { received, stored, lost }: EventAges, family: Family): BenchResult {
  const line = (name: string, { [family]: ages }: Ages): string => {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(ages, share).toFixed(1));
    return `${name}: p50 ${p50}, p95 ${p95}, p99 ${p99}, most ${Math.max(...ages).toFixed(1)} ms (${ages.length})`;
  };
  const value = percentile(stored[family], 0.5);
  const floor = percentile(decoded[family], 0.5);
  return {
    name: `latency: ${family}, kernel to committed rows, middle event`,
    value,
    unit: 'ms',
    floor: { name: 'kernel to decoded record, in a run of its own', value: floor },
    ratio: value / floor,
    notes: [
      line('decoded records', decoded),
      line('redacted events in the main thread', received),
      line('committed', stored),
      `${LOAD.callsPerSecond} AI calls and ${LOAD.processesPerSecond} processes a second for ${LOAD.ms / 1000} s; ${lost} of all events missing`,
    ],
  };
}

/** A result for each family; none on a machine that may not load BPF programs. */
export async function run(): Promise<readonly BenchResult[]> {
  if (withoutCapture('latency')) return [];
  const { folder, files } = makeCertificate();
  const database = mkdtempSync(join(tmpdir(), 'eyrie-bench-'));
  const load = await startLoad(files);
  try {
    const decoded = await measureDecoded(load);
    const events = await measureEvents(load, join(database, 'events.db'));
    return families.map((family) => describe(decoded, events, family));
  } finally {
    load.close();
    for (const path of [folder, database]) rmSync(path, { recursive: true });
  }
}
