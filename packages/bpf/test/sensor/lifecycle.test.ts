import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { forEachRecord } from '../../gen/wire.ts';
import { openRingBench } from '../../src/bench/index.ts';
import { everything, openSensor, readRunningProcesses, type PlatformReport } from '../../src/index.ts';
import { cannotCapture } from './privilege.ts';
import { run, startTlsPeer } from './tls-peer.ts';

const readingWorker = fileURLToPath(new URL('reading-worker.mjs', import.meta.url));
const entry = new URL('../../src/index.ts', import.meta.url).href;
const ownSubtree = { ...everything, mode: 'selected', subtreePids: [process.pid] } as const;

/**
 * Prints what `expression` of the package's entry gives, without any capability. The user stays, because another one may not
 * be able to read the project where it lies.
 */
function runWithoutPrivileges(expression: string): unknown {
  const script = `import * as bpf from ${JSON.stringify(entry)}; console.log(JSON.stringify(${expression}));`;
  const { stdout, stderr } = spawnSync(
    'setpriv',
    [
      ...['--inh-caps=-all', '--bounding-set=-all'],
      ...[process.execPath, '--input-type=module', '-e', script],
    ],
    { encoding: 'utf8', cwd: '/' },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe.skipIf(cannotCapture)(`life cycle ${cannotCapture ?? ''}`, () => {
  test('a sensor closes more than once and leaves nothing behind', async () => {
    const sensor = openSensor({ scope: ownSubtree, onBatch: (batch) => batch.release() });
    expect(sensor.families().filter((family) => !family.active)).toEqual([]);
    const first = sensor.close();
    await Promise.all([first, sensor.close()]);
    await sensor.close();
    expect(sensor.stats().ringPending).toBe(0);
    expect(() => sensor.setScope(everything)).toThrow(expect.objectContaining({ code: 'ENGINE_CLOSED' }));
  });

  test('a sensor closes within a second while programs talk TLS', async () => {
    const peer = await startTlsPeer();
    let batches = 0;
    const sensor = openSensor({
      scope: ownSubtree,
      onBatch(batch) {
        batches += 1;
        batch.release();
      },
    });
    const clients = Array.from({ length: 4 }, () =>
      run('curl', ['-sk', '-o', '/dev/null', `https://127.0.0.1:${peer.port}/download/20000000`]),
    );
    while (batches === 0) await sleep(5);
    const start = performance.now();
    await sensor.close();
    expect(performance.now() - start).toBeLessThan(1000);
    expect((await Promise.all(clients)).map((client) => client.status)).toEqual([0, 0, 0, 0]);
    peer.close();
  });

  test('what was read before close is still delivered', async () => {
    const ring = openRingBench();
    let records = 0;
    let invalid = 0;
    ring.read((batch) => {
      const result = forEachRecord(batch.bytes, () => undefined);
      records += result.records;
      invalid += result.short + result.unknown;
      batch.release();
    });
    ring.produce({ total: 1_000_000, recordBytes: 200, perSecond: 1_000_000 });
    await sleep(100);
    await ring.close();
    expect(invalid).toBe(0);
    expect(records).toBeGreaterThan(10_000);
    expect(records).toBe(ring.stats().records);
  });

  test('a full hand-off drops whole records, counts them, and works again afterwards', async () => {
    const ring = openRingBench({ handoffBytes: 1024 * 1024 });
    let records = 0;
    const positions: number[] = [];
    ring.read((batch) => {
      forEachRecord(batch.bytes, (record) => {
        records += 1;
        if (record.kind === 'tls_data') positions.push(record.position);
      });
      batch.release();
    });
    ring.produce({ total: 100_000, recordBytes: 200, perSecond: 300_000 });
    const until = performance.now() + 350;
    while (performance.now() < until);
    while (ring.state().producing || ring.stats().handoffPending > 0) await sleep(10);
    const { sent } = ring.state();
    // On a busy machine the last records may still be on their way from the ring to the reader.
    await expect.poll(() => records + ring.stats().handoffDropped, { timeout: 5000 }).toBe(sent);
    const { handoffDropped } = ring.stats();
    expect(handoffDropped).toBeGreaterThan(0);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    ring.produce({ total: 1000, recordBytes: 200 });
    await expect.poll(() => records + handoffDropped).toBe(sent + 1000);
    await ring.close();
  });

  test('a released batch is out of reach, and releasing it twice is harmless', async () => {
    const ring = openRingBench();
    const lengths: number[] = [];
    ring.read((batch) => {
      batch.release();
      lengths.push(batch.bytes.length);
      batch.release();
    });
    ring.produce({ total: 1000, recordBytes: 200 });
    await expect.poll(() => lengths.length).toBeGreaterThan(0);
    await ring.close();
    expect(new Set(lengths)).toEqual(new Set([0]));
  });

  test('a batch that is never released comes back when it is collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const ring = openRingBench();
    let records = 0;
    ring.read((batch) => {
      records += batch.records;
    });
    ring.produce({ total: 50_000, recordBytes: 200 });
    await expect.poll(() => records).toBe(50_000);
    expect(ring.stats().handoffPending).toBeGreaterThan(0);
    await expect
      .poll(() => {
        collect();
        return ring.stats().handoffPending;
      })
      .toBe(0);
    await ring.close();
  });

  test('half a second of a stalled thread loses nothing', async () => {
    const ring = openRingBench();
    let records = 0;
    ring.read((batch) => {
      records += batch.records;
      batch.release();
    });
    ring.produce({ total: 300_000, recordBytes: 200, perSecond: 300_000 });
    await sleep(100);
    const until = performance.now() + 500;
    while (performance.now() < until);
    while (ring.state().producing) await sleep(10);
    await expect.poll(() => records).toBe(300_000);
    expect(ring.state().refused).toBe(0);
    await ring.close();
  });

  test('a worker thread that is terminated while reading does not take the process down', async () => {
    const worker = new Worker(readingWorker);
    await once(worker, 'message');
    await worker.terminate();
    const sensor = openSensor({ scope: ownSubtree, onBatch: (batch) => batch.release() });
    await sensor.close();
  });

  test('a process that exits while reading exits with its own status', () => {
    const { status, stderr } = spawnSync(process.execPath, [readingWorker], { encoding: 'utf8' });
    expect(status, stderr).toBe(7);
  });

  test('running processes are known with their parents', () => {
    const processes = new Map(readRunningProcesses().map((seen) => [seen.tgid, seen]));
    const self = processes.get(process.pid);
    const parent = processes.get(process.ppid);
    expect(self?.parentTgid).toBe(process.ppid);
    expect(self?.parentStartBoottimeUs).toBe(parent?.startBoottimeUs);
  });

  test.for([
    ['ringBytes', 3_000_000],
    ['batchBytes', 1000],
    ['batchMs', 0],
    ['handoffBytes', 10],
  ] as const)('a bad %s is refused before anything is loaded', ([name, value]) => {
    const open = (): unknown =>
      openSensor({ scope: everything, [name]: value, onBatch: (batch) => batch.release() });
    expect(open).toThrow(expect.objectContaining({ code: 'ENGINE_BAD_OPTION' }));
  });

  test('a scope that names what does not exist is refused, and the sensor goes on', async () => {
    const sensor = openSensor({ scope: ownSubtree, onBatch: (batch) => batch.release() });
    expect(() => sensor.setScope({ ...everything, cgroups: ['/no/such/group'] })).toThrow(
      expect.objectContaining({ code: 'ENGINE_BAD_OPTION' }),
    );
    const { pid } = await run('true', []);
    await expect.poll(() => sensor.stats().records).toBeGreaterThanOrEqual(2);
    expect(pid).toBeGreaterThan(0);
    await sensor.close();
  });

  test('without privileges a sensor says so and the platform report too', () => {
    const code = runWithoutPrivileges(
      `(() => { try { bpf.openSensor({ scope: bpf.everything, onBatch() {} }); return 'opened'; } catch (e) { return [e.name, e.code, e.errno]; } })()`,
    );
    expect(code).toEqual(['EngineError', 'ENGINE_NO_PRIVILEGE', 1]);
    const report = runWithoutPrivileges('bpf.probePlatform()') as PlatformReport;
    expect(report.error?.code).toBe('ENGINE_NO_PRIVILEGE');
    expect(report.families.every((family) => !family.active)).toBe(true);
    expect(report.capabilities).toEqual([]);
  });

  test('without privileges running processes come from /proc', () => {
    const source = runWithoutPrivileges(
      '[bpf.readRunningProcessRecords().source, bpf.readRunningProcesses().length > 0]',
    );
    expect(source).toEqual(['proc', true]);
  });
});
