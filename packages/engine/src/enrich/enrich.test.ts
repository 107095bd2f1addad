import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessExec, ProcessFork } from '@eyrie/bpf/wire';
import { describe, expect, it } from 'vitest';
import { agent, shell, tool } from '../../test/scenario.ts';
import { createFixedClock } from '../host/clock.ts';
import { joinCommandLine } from './command-line.ts';
import { containerIdOf } from './container.ts';
import { createEnricher } from './enricher.ts';
import { createProcessTable } from './process-table.ts';
import { noProc, parseCgroup, systemProc, type ProcReader } from './procfs.ts';
import { createUserNames, noUsers } from './users.ts';

const id = 'a'.repeat(64);

describe('createProcessTable', () => {
  it('gives a forked child the image of its parent until it executes another', () => {
    const table = createProcessTable(noProc);
    table.exec(shell);
    table.exec(agent);
    const fork: ProcessFork = { ...tool, kind: 'process_fork', comm: 'node' };
    expect(table.fork(fork)).toMatchObject({
      exe: '/home/dev/bin/agent',
      args: agent.args,
      parentTgid: 500,
      origin: 'fork',
    });
    expect(table.exec(tool)).toMatchObject({ exe: '/bin/ls', args: ['ls', '-l'], origin: 'exec' });
    expect(table.ancestors(table.find(tool.tgid, tool.startBoottimeUs)).map((entry) => entry.tgid)).toEqual([
      500, 400,
    ]);
  });

  it('does not confuse two processes with one number', () => {
    const table = createProcessTable(noProc);
    table.exec(agent);
    const second: ProcessExec = { ...agent, startBoottimeUs: 9_000_000, path: '/bin/other' };
    table.exec(second);
    expect(table.find(agent.tgid, agent.startBoottimeUs).exe).toBe('/home/dev/bin/agent');
    expect(table.find(agent.tgid, 9_000_000).exe).toBe('/bin/other');
    expect(table.find(agent.tgid, 5)).toMatchObject({ origin: 'unknown', args: [] });
    expect(table.stats()).toMatchObject({ processes: 2, unknown: 1 });
  });

  it('asks /proc about a process nobody announced, and only believes the same start', () => {
    const proc: ProcReader = {
      readProcess: (tgid) => ({
        tgid,
        parentTgid: 1,
        startTickUs: 120_000,
        comm: 'x',
        exe: '/bin/x',
        args: ['x'],
        uid: 5,
      }),
      readCgroup: () => undefined,
    };
    const table = createProcessTable(proc);
    expect(table.find(70, 125_123)).toMatchObject({ origin: 'proc', exe: '/bin/x', uid: 5 });
    expect(table.find(71, 900_000)).toMatchObject({ origin: 'unknown' });
    expect(table.stats()).toMatchObject({ fromProc: 1, unknown: 1 });
  });

  it('keeps an ended process for late records and forgets it later', () => {
    const table = createProcessTable(noProc);
    table.exec(agent);
    const exit = {
      kind: 'process_exit',
      flags: 0,
      ktimeUs: 1_000,
      startBoottimeUs: agent.startBoottimeUs,
      tgid: agent.tgid,
      runtimeUs: 1,
      userUs: 1,
      systemUs: 1,
      maxRssKb: 1,
      exitCode: 0,
      signal: 0,
      coreDumped: 0,
    } as const;
    table.exit(exit);
    table.tick(2_000);
    expect(table.find(agent.tgid, agent.startBoottimeUs).exe).toBe('/home/dev/bin/agent');
    table.tick(3_600_000_000);
    expect(table.find(agent.tgid, agent.startBoottimeUs).origin).toBe('unknown');
  });

  it('ends a chain of ancestors that runs in a circle or too deep', () => {
    const table = createProcessTable(noProc);
    table.exec({ ...agent, parentTgid: 600, parentStartBoottimeUs: 7 });
    const loop = table.exec({
      ...agent,
      tgid: 600,
      startBoottimeUs: 7,
      parentTgid: 500,
      parentStartBoottimeUs: agent.startBoottimeUs,
    });
    expect(table.ancestors(loop)).toHaveLength(1);
    for (let tgid = 1000; tgid < 1100; tgid += 1) {
      table.exec({
        ...agent,
        tgid,
        startBoottimeUs: tgid,
        parentTgid: tgid - 1,
        parentStartBoottimeUs: tgid - 1,
      });
    }
    expect(table.ancestors(table.find(1099, 1099))).toHaveLength(32);
  });

  it('stays within its memory under a storm of forks', () => {
    const table = createProcessTable(noProc);
    for (let tgid = 1; tgid <= 70_000; tgid += 1) table.exec({ ...agent, tgid });
    expect(table.stats()).toMatchObject({ processes: 65_536, forgotten: 70_000 - 65_536 });
  });
});

describe('createEnricher', () => {
  it('reads a control group once and finds the container in it', () => {
    let reads = 0;
    const proc: ProcReader = {
      ...noProc,
      readCgroup: () => {
        reads += 1;
        return `/system.slice/docker-${id}.scope`;
      },
    };
    const table = createProcessTable(proc);
    const clock = createFixedClock({ monotonicUs: 0, boottimeUs: 0 });
    const enricher = createEnricher({ bootId: 'f'.repeat(32), table, proc, users: noUsers, clock });
    const entry = table.exec(agent);
    expect(enricher.processInfo(entry)).toMatchObject({
      container_id: id,
      cgroup: `/system.slice/docker-${id}.scope`,
    });
    enricher.processInfo(table.exec(tool));
    expect(reads).toBe(1);
  });
});

describe('containerIdOf', () => {
  it.each([
    [`/system.slice/docker-${id}.scope`, id],
    [`/docker/${id}`, id],
    [`/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id}.scope`, id],
    [`/machine.slice/libpod-${id}.scope/container`, id],
    [`/docker/${'b'.repeat(64)}/docker/${id}`, id],
    ['/user.slice/user-1000.slice/session-2.scope', undefined],
    ['/', undefined],
  ])('finds the container of %s', (path, expected) => {
    expect(containerIdOf(path)).toBe(expected);
  });
});

describe('parseCgroup', () => {
  it('prefers the unified hierarchy and copes with the old one', () => {
    expect(parseCgroup('1:cpu:/x\n0::/user.slice/a:b\n')).toBe('/user.slice/a:b');
    expect(parseCgroup('9:name=systemd:/\n4:memory:/api/x\n0::/\n')).toBe('/api/x');
    expect(parseCgroup('0::/\n')).toBe('/');
    expect(parseCgroup('')).toBeUndefined();
  });
});

describe('joinCommandLine', () => {
  it('shows where arguments end, as a shell would read them', () => {
    expect(joinCommandLine(['a', 'b c', "it's", '', '--x=1'], 1000)).toBe("a 'b c' 'it'\\''s' '' --x=1");
  });
  it('leaves out whole arguments that do not fit', () => {
    expect(joinCommandLine(['aaaa', 'bbbb', 'cccc'], 11)).toBe('aaaa bbbb …');
  });
});

describe('systemProc', () => {
  it('reads this process and nothing of one that is not there', () => {
    const own = systemProc.readProcess(process.pid);
    expect(own).toMatchObject({ parentTgid: process.ppid, cwd: process.cwd(), uid: process.getuid?.() });
    expect(own?.args.length).toBeGreaterThan(0);
    expect(systemProc.readProcess(2 ** 30)).toBeUndefined();
    expect(systemProc.readCgroup(2 ** 30)).toBeUndefined();
  });
});

describe('createUserNames', () => {
  it('reads the file again when it changed, and has no names without it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'eyrie-users-'));
    const path = join(folder, 'passwd');
    let now = 0;
    const users = createUserNames(path, () => now);
    expect(users.nameOf(7)).toBeUndefined();
    writeFileSync(path, 'root:x:0:0::/:\ndev:x:7:7::/:\nalso:x:7:7::/:\nbroken\n');
    now += 10_000;
    expect(users.nameOf(7)).toBe('dev');
    writeFileSync(path, 'other:x:7:7::/:\n');
    utimesSync(path, 1, 1);
    expect(users.nameOf(7)).toBe('dev');
    now += 10_000;
    expect(users.nameOf(7)).toBe('other');
    rmSync(folder, { recursive: true });
  });
});
