/**
 * Processes by identity: what ran, as whom, from where, started by whom. Fed by the kernel's records; /proc fills in what was
 * running before and was not announced. Memory is bounded: processes that ended go first.
 */
import type { ProcessExec, ProcessExit, ProcessFork, ProcessSeen } from '@eyrie/bpf/wire';
import { LruMap } from '../cache/lru-map.ts';
import { processKey } from './ids.ts';
import { RecentMap } from '../cache/recent-map.ts';
import { tickUs, type ProcReader } from './procfs.ts';

/** The same entry while it runs and after: what is derived of it is remembered by it. Only its end changes. */
type OwnEntry = ProcessEntry & { exitedUs?: number };
type ProcessOrigin = 'fork' | 'exec' | 'seen' | 'proc' | 'unknown';

export interface ProcessEntry {
  readonly tgid: number;
  readonly startUs: number;
  readonly origin: ProcessOrigin;
  readonly parentTgid?: number;
  readonly parentStartUs?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly comm?: string;
  readonly exe?: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly cgroupId?: number;
  /** CLOCK_MONOTONIC, when it ended. */
  readonly exitedUs?: number;
}

export interface ProcessTableStats {
  readonly processes: number;
  /** Found in /proc because no record had announced them. */
  readonly fromProc: number;
  /** Neither announced nor in /proc any more. */
  readonly unknown: number;
  readonly forgotten: number;
}

export interface ProcessTable {
  fork(record: ProcessFork): ProcessEntry;
  exec(record: ProcessExec | ProcessSeen): ProcessEntry;
  exit(record: ProcessExit): ProcessEntry;
  /** Always answers; an entry of origin `unknown` has only its identity. */
  find(tgid: number, startUs: number): ProcessEntry;
  /** Nearest parent first, as far as known. */
  ancestors(entry: ProcessEntry): readonly ProcessEntry[];
  /** Forgets processes that ended long ago. */
  tick(nowUs: number): void;
  stats(): ProcessTableStats;
}

const maxAncestors = 32;
const maxRunning = 65_536;
const maxEnded = 16_384;
/** Late records of a process that ended still find it: streams are emitted up to minutes after. */
const keepEndedUs = 10 * 60 * 1_000_000;

/** The absolute path of what was executed: the kernel reports it as the caller wrote it. */
function absolute(path: string, cwd: string): string {
  return path === '' || path.startsWith('/') || cwd === ''
    ? path
    : `${cwd === '/' ? '' : cwd}/${path.replace(/^(?:\.\/)+/, '')}`;
}

/** Creates the table; `proc` is asked about processes that no record announced. */
export function createProcessTable(proc: ProcReader): ProcessTable {
  const running = new LruMap<string, OwnEntry>(maxRunning);
  const ended = new RecentMap<string, OwnEntry>(maxEnded);
  let fromProc = 0;
  let unknown = 0;

  const known = (key: string): OwnEntry | undefined => running.get(key) ?? ended.peek(key);

  const keep = (entry: OwnEntry): OwnEntry => {
    running.set(processKey(entry.tgid, entry.startUs), entry);
    return entry;
  };

  const readProc = (tgid: number, startUs: number): OwnEntry | undefined => {
    const found = proc.readProcess(tgid);
    // another process has the number by now
    if (found === undefined || Math.abs(found.startTickUs - startUs) > 2 * tickUs) return undefined;
    fromProc += 1;
    const { parentTgid } = found;
    // the parent's start is known to /proc's ticks only: no identity can be made of it unless it is in the table
    const parent = [...running.entries()].find(([, entry]) => entry.tgid === parentTgid)?.[1];
    return {
      tgid,
      startUs,
      origin: 'proc',
      comm: found.comm,
      args: found.args,
      ...(found.exe === undefined ? {} : { exe: found.exe }),
      ...(found.cwd === undefined ? {} : { cwd: found.cwd }),
      ...(found.uid === undefined ? {} : { uid: found.uid }),
      ...(found.gid === undefined ? {} : { gid: found.gid }),
      ...(parentTgid === 0 ? {} : { parentTgid }),
      ...(parent === undefined ? {} : { parentStartUs: parent.startUs }),
    };
  };

  const find = (tgid: number, startUs: number): OwnEntry => {
    const entry = known(processKey(tgid, startUs)) ?? readProc(tgid, startUs);
    if (entry !== undefined) return entry.origin === 'proc' ? keep(entry) : entry;
    unknown += 1;
    // kept: /proc is not asked again for every record of a process that is gone
    const missing: OwnEntry = { tgid, startUs, origin: 'unknown', args: [] };
    ended.set(processKey(tgid, startUs), missing);
    return missing;
  };

  /** What /proc adds to a record that carries no image of its own. */
  const completed = (record: ProcessExec | ProcessSeen): Partial<ProcessEntry> => {
    if (record.path !== '' && record.args.length > 0) return {};
    const found = proc.readProcess(record.tgid);
    if (found === undefined || Math.abs(found.startTickUs - record.startBoottimeUs) > 2 * tickUs) return {};
    return {
      ...(found.exe === undefined ? {} : { exe: found.exe }),
      ...(found.cwd === undefined ? {} : { cwd: found.cwd }),
      ...(record.args.length > 0 ? {} : { args: found.args }),
    };
  };

  return {
    find,

    fork(record) {
      const parent = find(record.parentTgid, record.parentStartBoottimeUs);
      return keep({
        ...(parent.exe === undefined ? {} : { exe: parent.exe }),
        ...(parent.cwd === undefined ? {} : { cwd: parent.cwd }),
        args: parent.args,
        tgid: record.tgid,
        startUs: record.startBoottimeUs,
        origin: 'fork',
        parentTgid: record.parentTgid,
        parentStartUs: record.parentStartBoottimeUs,
        uid: record.uid,
        gid: record.gid,
        comm: record.comm,
        cgroupId: record.cgroupId,
      });
    },

    exec(record) {
      const exe = absolute(record.path, record.cwd);
      return keep({
        tgid: record.tgid,
        startUs: record.startBoottimeUs,
        origin: record.kind === 'process_exec' ? 'exec' : 'seen',
        ...(record.parentTgid === 0
          ? {}
          : { parentTgid: record.parentTgid, parentStartUs: record.parentStartBoottimeUs }),
        uid: record.uid,
        gid: record.gid,
        comm: record.comm,
        ...(exe === '' ? {} : { exe }),
        args: record.args,
        ...(record.cwd === '' ? {} : { cwd: record.cwd }),
        cgroupId: record.cgroupId,
        ...completed(record),
      });
    },

    exit(record) {
      const key = processKey(record.tgid, record.startBoottimeUs);
      const entry = find(record.tgid, record.startBoottimeUs);
      entry.exitedUs = record.ktimeUs;
      running.delete(key);
      ended.set(key, entry);
      return entry;
    },

    ancestors(entry) {
      const chain: ProcessEntry[] = [];
      let current = entry;
      while (
        chain.length < maxAncestors &&
        current.parentTgid !== undefined &&
        current.parentStartUs !== undefined
      ) {
        current = find(current.parentTgid, current.parentStartUs);
        // a process can't be its own ancestor; a corrupt record could say so
        if (current.tgid === entry.tgid && current.startUs === entry.startUs) break;
        chain.push(current);
      }
      return chain;
    },

    tick(nowUs) {
      for (const [key, entry] of ended.entries()) {
        if (entry.exitedUs === undefined || nowUs - entry.exitedUs > keepEndedUs) ended.delete(key);
      }
    },

    stats: () => ({ processes: running.size, fromProc, unknown, forgotten: running.evicted + ended.evicted }),
  };
}
