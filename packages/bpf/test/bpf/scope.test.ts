import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { everything, openSensor, type CaptureScope, type Sensor } from '../../src/index.ts';
import { cannotCapture } from '../sensor/privilege.ts';
import { RecordCollector } from '../sensor/record-collector.ts';
import { run } from '../sensor/tls-peer.ts';

const selected: CaptureScope = { ...everything, mode: 'selected' };
const someUser = 64_123;

/** Where the control groups of version 2 are mounted; undefined without them. */
function findCgroupMount(): string | undefined {
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((line) => line.split(' ')[2] === 'cgroup2');
  return mount?.split(' ')[1];
}

const cgroupMount = findCgroupMount();

describe.skipIf(cannotCapture)(`what is in scope ${cannotCapture ?? ''}`, () => {
  let collector = new RecordCollector();
  let sensor: Sensor | undefined;

  afterEach(async () => {
    await sensor?.close();
    sensor = undefined;
  });

  function capture(scope: CaptureScope): void {
    collector = new RecordCollector();
    sensor = openSensor({ scope, onBatch: collector.onBatch });
  }

  /** The words that executed programs were called with, of those that were reported. */
  const saidWords = (): (string | undefined)[] => collector.ofKind('process_exec').map(({ args }) => args[1]);

  test('a user selects, and nobody else is reported', async () => {
    capture({ ...selected, users: [someUser] });
    await run('/bin/echo', ['outside']);
    const { pid } = await run('setpriv', [
      '--reuid',
      String(someUser),
      '--clear-groups',
      '/bin/echo',
      'inside',
    ]);
    await collector.untilExit(pid);
    expect(saidWords()).toEqual(['inside']);
    expect(collector.ofKind('process_exit').map(({ tgid }) => tgid)).toEqual([pid]);
  });

  test('an excluded user is not reported, even in a selected subtree', async () => {
    const none = { cgroups: [], users: [], executables: [], subtreePids: [] };
    capture({ ...selected, subtreePids: [process.pid], exclude: { ...none, users: [someUser] } });
    await run('setpriv', ['--reuid', String(someUser), '--clear-groups', '/bin/echo', 'excluded']);
    const { pid } = await run('/bin/echo', ['reported']);
    await collector.untilExit(pid);
    expect(saidWords()).toContain('reported');
    expect(saidWords()).not.toContain('excluded');
  });

  test('every process whose start is reported has its end reported, though it left the scope', async () => {
    const none = { cgroups: [], users: [], executables: [], subtreePids: [] };
    capture({ ...selected, subtreePids: [process.pid], exclude: { ...none, users: [someUser] } });
    const { pid } = await run('setpriv', ['--reuid', String(someUser), '--clear-groups', '/bin/true']);
    await collector.untilExit(pid);
    expect(collector.ofKind('process_exit').filter(({ tgid }) => tgid === pid)).toHaveLength(1);
  });

  test('a process of a subtree whose parent has ended is still of the subtree', async () => {
    capture({ ...selected, subtreePids: [process.pid] });
    await run('sh', ['-c', '(sleep 0.2; exec /bin/echo orphan) >/dev/null 2>&1 &']);
    await collector.until(() => saidWords().includes('orphan'));
    const orphan = collector.ofKind('process_exec').find(({ args }) => args[1] === 'orphan');
    expect(orphan?.parentTgid).not.toBe(process.pid);
  });

  test.skipIf(cgroupMount === undefined)('a control group selects what runs in it and below it', async () => {
    const top = join(cgroupMount ?? '', `eyrie-scope-${process.pid}`);
    const below = join(top, 'below');
    mkdirSync(below, { recursive: true });
    try {
      capture({ ...selected, cgroups: [top] });
      await run('/bin/echo', ['outside']);
      await run('sh', ['-c', `echo $$ > ${top}/cgroup.procs; exec /bin/echo top`]);
      const { pid } = await run('sh', ['-c', `echo $$ > ${below}/cgroup.procs; exec /bin/echo below`]);
      await collector.untilExit(pid);
      expect(saidWords()).toEqual(['top', 'below']);
    } finally {
      rmdirSync(below);
      rmdirSync(top);
    }
    expect(existsSync(top)).toBe(false);
  });
});
