import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { eventTypeCodes, openEventStore, startWriter, type EventInput, type EventType } from '@eyrie/db';
import { median, type BenchResult } from './result.ts';

const EVENTS = 300_000;

/** What the pipeline hands over at once under load. */
const EVENTS_PER_WRITE = 1000;

/** Rows of one transaction, the same for the floor. */
const EVENTS_PER_COMMIT = 10_000;

/** Runs of each; the middle one counts, because the machine is shared. */
const RUNS = 5;

const START_US = 1_795_219_200_000_000;
const BOOT = '5f2c1f0e-7a11-4c7d-9a55-123456789012';
const life: readonly EventType[] = ['process.fork', 'process.exec', 'process.exit'];

/** Every event names its ancestors, as the pipeline's do. */
const ancestors = Array.from({ length: 5 }, (_, index) => ({
  execId: `${BOOT}/${900 - index}/${9000 - index}`,
  pid: 900 - index,
  exe: '/usr/bin/node',
  name: 'node',
  cmdline: 'node agent.js',
  ppid: 899 - index,
  parentExecId: `${BOOT}/${899 - index}/${8999 - index}`,
}));

/** A process event as the pipeline makes it: about 800 bytes of payload, three events a process. */
function processEvent(number: number): EventInput {
  const index = Math.floor(number / 3);
  const eventType = life[number % 3] ?? 'process.exit';
  const eventId = `01JD${String(number).padStart(22, '0')}`;
  const timeUs = START_US + number * 7;
  const execId = `${BOOT}/${1000 + index}/${123_456_789 + index * 10}`;
  const parentExecId = `${BOOT}/${1 + (index % 50)}/${1000 + (index % 50)}`;
  const cmdline = `/bin/sh -c echo hello ${index}`;
  const process = {
    execId,
    pid: 1000 + index,
    ppid: 1 + (index % 50),
    exe: '/usr/bin/dash',
    name: 'sh',
    cmdline,
    cwd: '/srv/app',
  };
  const payload = JSON.stringify({
    oisp_version: '0.1',
    event_id: eventId,
    event_type: eventType,
    ts: new Date(timeUs / 1000).toISOString(),
    host: { hostname: 'build-7', os: 'linux', arch: 'x64', kernel_version: '6.18.0' },
    actor: { uid: 1000, user: 'agent', gid: 1000 },
    process: {
      exec_id: execId,
      pid: process.pid,
      exe: process.exe,
      name: 'sh',
      cmdline,
      ppid: process.ppid,
      cwd: '/srv/app',
    },
    source: { collector: 'eyrie', collector_version: '0.1.0', capture_method: 'ebpf_tracepoint' },
    confidence: { level: 'high', completeness: 'full', reasons: ['kernel_event'] },
    data: {
      exe: process.exe,
      args: ['/bin/sh', '-c', `echo hello ${index}`],
      args_truncated: false,
      cwd: '/srv/app',
    },
  });
  return {
    eventId,
    eventType,
    timeUs,
    completeness: 'full',
    redactionCount: 0,
    summary: cmdline,
    payload,
    relatedProcesses: ancestors,
    process: {
      ...process,
      parentExecId,
      uid: 1000,
      user: 'agent',
      startUs: timeUs,
      ...(eventType === 'process.exit' ? { endUs: timeUs, exitCode: 0 } : {}),
    },
  };
}

/** Runs with a database of its own, which is removed afterwards. */
async function withDatabase<Result>(run: (path: string) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'eyrie-bench-'));
  try {
    return await run(join(directory, 'events.db'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/**
 * Time the writer's thread has had a processor and time it has waited for one, microseconds (proc(5), schedstat): on a busy
 * machine the first says more than the clock.
 */
function writerTimesUs(): readonly [cpu: number, waited: number] {
  const tasks = existsSync('/proc/self/task') ? readdirSync('/proc/self/task') : [];
  const read = (task: string, file: string): string =>
    readFileSync(`/proc/self/task/${task}/${file}`, 'utf8').trim();
  const writer = tasks.find((task) => read(task, 'comm') === 'eyrie-writer');
  if (writer === undefined) return [Number.NaN, Number.NaN];
  const [cpuNs, waitedNs] = read(writer, 'schedstat').split(' ').map(Number);
  return [(cpuNs ?? Number.NaN) / 1000, (waitedNs ?? Number.NaN) / 1000];
}

interface Written {
  readonly perSecond: number;
  /** Of the writer's thread, for each event. */
  readonly cpuUs: number;
  readonly waitedUs: number;
}

/** From `write` in this thread to committed in the writer thread. */
async function measureWriter(events: readonly EventInput[], path: string): Promise<Written> {
  const writer = await startWriter({ path });
  const [cpuBefore, waitedBefore] = writerTimesUs();
  const started = performance.now();
  const commits: Promise<unknown>[] = [];
  for (let from = 0; from < events.length; from += EVENTS_PER_WRITE) {
    // The caller slows down before the queue is full, as a capture at this rate would.
    while (writer.stats().queuedEvents > 2 * EVENTS_PER_COMMIT)
      await new Promise((resolve) => setTimeout(resolve, 1));
    commits.push(writer.write(events.slice(from, from + EVENTS_PER_WRITE)));
  }
  await Promise.all(commits);
  const seconds = (performance.now() - started) / 1000;
  const [cpu, waited] = writerTimesUs();
  const { stored } = await writer.close();
  if (stored !== events.length) throw new Error(`stored ${stored} of ${events.length} events`);
  return {
    perSecond: events.length / seconds,
    cpuUs: (cpu - cpuBefore) / events.length,
    waitedUs: (waited - waitedBefore) / events.length,
  };
}

/** The same rows by prepared `run()` on a connection of this thread, in events a second. */
async function measureFloor(events: readonly EventInput[], path: string): Promise<number> {
  await openEventStore({ path });
  const db = new Database(path);
  // As the writer sets its connection.
  for (const pragma of ['synchronous = normal', 'cache_size = -65536', 'wal_autocheckpoint = 8000'])
    db.pragma(pragma);
  const process = db.prepare(
    `insert into processes (exec_id, pid, ppid, parent_exec_id, exe, name, cmdline, cwd, uid, user, start_us, end_us, exit_code)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const event = db.prepare(
    `insert into events (id, event_id, event_type, time_us, process_id, pid, process_name, uid, completeness, redaction_count, summary)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const payload = db.prepare('insert into event_payloads (id, body) values (?, ?)');
  const started = performance.now();
  for (let from = 0; from < events.length; from += EVENTS_PER_COMMIT) {
    db.exec('begin immediate');
    for (let index = from; index < Math.min(from + EVENTS_PER_COMMIT, events.length); index += 1) {
      const e = events[index];
      const p = e?.process;
      if (!e || !p) continue;
      const id = index + 1;
      const processId = Math.floor(index / 3) + 1;
      if (index % 3 === 2) {
        process.run(
          ...[p.execId, p.pid, p.ppid, p.parentExecId, p.exe, p.name, p.cmdline, p.cwd, p.uid, p.user],
          ...[p.startUs, p.endUs, p.exitCode],
        );
      }
      event.run(
        id,
        e.eventId,
        eventTypeCodes[e.eventType],
        e.timeUs,
        processId,
        p.pid,
        p.name,
        p.uid,
        2,
        0,
        e.summary,
      );
      payload.run(id, e.payload);
    }
    db.exec('commit');
  }
  const seconds = (performance.now() - started) / 1000;
  db.close();
  return events.length / seconds;
}

/** Process events from the caller of `write` to committed rows, against raw inserts of the same rows in one thread. */
export async function run(): Promise<readonly BenchResult[]> {
  const events = Array.from({ length: EVENTS }, (_, number) => processEvent(number));
  const written: Written[] = [];
  const floors: number[] = [];
  for (let round = 0; round < RUNS; round += 1) {
    floors.push(await withDatabase((path) => measureFloor(events, path)));
    written.push(await withDatabase((path) => measureWriter(events, path)));
  }
  const values = written.map((one) => one.perSecond);
  const value = median(values);
  const floor = median(floors);
  return [
    {
      name: 'store: process events to committed SQLite rows, through the writer thread',
      value,
      unit: 'events/s',
      floor: { name: 'raw better-sqlite3 run() of the same rows, one thread, no hand-over', value: floor },
      ratio: value / floor,
      notes: [
        `best run ${Math.max(...values).toFixed(0)} events/s, floor ${Math.max(...floors).toFixed(0)} events/s`,
        `the writer thread for each event: ${median(written.map((one) => one.cpuUs)).toFixed(1)} µs on a processor, ${median(written.map((one) => one.waitedUs)).toFixed(1)} µs waiting for one`,
      ],
    },
  ];
}
