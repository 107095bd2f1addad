import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits, recordFlags, type ProcessExec, type ProcessExit } from '../../gen/wire.ts';
import { everything, openSensor, type Sensor } from '../../src/index.ts';
import { cannotCapture } from '../sensor/privilege.ts';
import { RecordCollector } from '../sensor/record-collector.ts';
import { run } from '../sensor/tls-peer.ts';

describe.skipIf(cannotCapture)(`process records ${cannotCapture ?? ''}`, () => {
  const collector = new RecordCollector();
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-process-'));
  const program = join(folder, 'lifecycles');
  let sensor: Sensor;

  beforeAll(() => {
    const source = fileURLToPath(new URL('lifecycles.c', import.meta.url));
    const built = spawnSync('cc', ['-O1', '-o', program, source, '-lpthread']);
    if (built.status !== 0) throw new Error(`cc failed: ${String(built.stderr)}`);
    sensor = openSensor({
      scope: { ...everything, mode: 'selected', subtreePids: [process.pid] },
      onBatch: collector.onBatch,
    });
  });

  afterAll(async () => {
    await sensor.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a life to its end, and returns what was reported of that process. */
  async function live(
    command: string,
    ...args: string[]
  ): Promise<{ pid: number; execs: ProcessExec[]; exits: ProcessExit[] }> {
    const { pid } = await run(command, args);
    await collector.untilExit(pid);
    return {
      pid,
      execs: collector.ofKind('process_exec').filter((record) => record.tgid === pid),
      exits: collector.ofKind('process_exit').filter((record) => record.tgid === pid),
    };
  }

  test('threads that come and go do not end the process', async () => {
    const { exits } = await live(program, 'threads-come-and-go');
    expect(exits).toMatchObject([{ exitCode: 3, signal: 0 }]);
  });

  test('a leader that exits before its threads does not end the process, and the code is the one wait shows', async () => {
    const { exits } = await live(program, 'leader-first');
    expect(exits).toMatchObject([{ exitCode: 7, signal: 0 }]);
    expect(exits[0]?.runtimeUs).toBeGreaterThan(140_000);
  });

  test('threads that all end at once report one exit', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { exits } = await live(program, 'all-at-once');
      expect(exits).toHaveLength(1);
    }
  });

  test('an exec from another thread keeps the process and its start', async () => {
    const { pid, execs, exits } = await live(program, 'exec-from-thread');
    expect(execs.map(({ path }) => path.split('/').at(-1))).toEqual(['lifecycles', 'echo']);
    expect(execs[1]?.args).toEqual(['echo', 'from a thread']);
    expect(new Set([...execs, ...exits].map((record) => record.startBoottimeUs)).size).toBe(1);
    expect(collector.ofKind('process_fork').find((record) => record.tgid === pid)?.startBoottimeUs).toBe(
      execs[0]?.startBoottimeUs,
    );
    expect(exits).toMatchObject([{ exitCode: 0, signal: 0 }]);
  });

  test('a program that has no file shows what the kernel calls it', async () => {
    const { execs } = await live(program, 'exec-from-memory');
    expect(execs.at(-1)).toMatchObject({ path: '/memfd:program', args: ['in-memory'] });
  });

  test('a fatal signal is told from an exit code', async () => {
    const { exits } = await live(program, 'killed');
    expect(exits).toMatchObject([{ exitCode: 0, signal: 9 }]);
  });

  test('a path that is too long keeps its end and says so', async () => {
    const { execs } = await live(program, 'deep', folder);
    const last = execs.at(-1);
    expect(last?.path).toMatch(/\/true$/);
    expect(last?.cwd.length).toBeGreaterThan(limits.pathMax - 256);
    expect(last?.cwd).toMatch(/^(\/d{200})+$/);
    expect((last?.flags ?? 0) & recordFlags.truncated).toBe(recordFlags.truncated);
  });

  test('arguments are kept up to the limit, with their true number', async () => {
    const numbers = Array.from({ length: 5000 }, (_, index) => String(index));
    const { execs } = await live('/bin/true', ...numbers);
    const [exec] = execs;
    expect(exec?.argc).toBe(5001);
    expect((exec?.flags ?? 0) & recordFlags.truncated).toBe(recordFlags.truncated);
    const kept = exec?.args ?? [];
    expect(kept.slice(1, -1)).toEqual(numbers.slice(0, kept.length - 2));
    expect(kept.join('\0').length).toBe(limits.argsMax);
    const { execs: short } = await live('/bin/true', 'a b', '', 'ü');
    expect(short).toMatchObject([{ args: ['/bin/true', 'a b', '', 'ü'], argc: 4, flags: 0 }]);
  });

  test('a fork names the child, its parent and both starts', async () => {
    const { pid, execs } = await live('/bin/true');
    const fork = collector.ofKind('process_fork').find((record) => record.tgid === pid);
    expect(fork).toMatchObject({ parentTgid: process.pid, startBoottimeUs: execs[0]?.startBoottimeUs });
    expect(execs[0]).toMatchObject({
      parentTgid: process.pid,
      parentStartBoottimeUs: fork?.parentStartBoottimeUs,
    });
  });

  test('in a process namespace of its own a process has two numbers', async () => {
    await live('unshare', '--pid', '--fork', '/bin/echo', 'inside');
    const inside = collector.ofKind('process_exec').find((record) => record.args[1] === 'inside');
    expect(inside?.nsTgid).toBe(1);
    expect(inside?.tgid).toBeGreaterThan(1);
    expect(inside?.pidNs).not.toBe(collector.ofKind('process_exec')[0]?.pidNs);
  });

  test('a changed user is reported', async () => {
    const { execs } = await live(
      'setpriv',
      '--reuid',
      '65534',
      '--regid',
      '65533',
      '--clear-groups',
      '/bin/true',
    );
    expect(execs.at(-1)).toMatchObject({ uid: 65534, euid: 65534, gid: 65533 });
  });

  test('all of it was sent', () => {
    expect(collector.badBatches).toBe(0);
    expect(Object.entries(sensor.stats().dropped).filter(([, count]) => count > 0)).toEqual([]);
  });
});
