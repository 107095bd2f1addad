/** From a process entry to what an event says about who did something. */
import type { ActorInfo, ProcessInfo, ProcessRef } from '../event/types.ts';
import { LruMap } from '../cache/lru-map.ts';
import { formatTime, type WallClock } from '../host/clock.ts';
import { joinCommandLine } from './command-line.ts';
import { containerIdOf } from './container.ts';
import { execIdOf } from './ids.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';
import type { ProcReader } from './procfs.ts';
import { RecentMap } from '../cache/recent-map.ts';
import type { UserNames } from './users.ts';

export interface EnricherDeps {
  readonly bootId: string;
  readonly table: ProcessTable;
  readonly proc: ProcReader;
  readonly users: UserNames;
  readonly clock: WallClock;
}

export interface Enricher {
  execId(entry: ProcessEntry): string;
  /** Without ancestors, and the same object each time: the parent's `exec_id` is in it, and the store keeps the tree. */
  ownInfo(entry: ProcessEntry): ProcessInfo;
  /** With ancestors as they are now; `tid` is the thread that did it. */
  processInfo(entry: ProcessEntry, tid?: number): ProcessInfo;
  actor(entry: ProcessEntry): ActorInfo | undefined;
}

/** Control groups whose path is remembered. */
const maxCgroups = 4_096;
/** Processes whose information is remembered: those of the last seconds, and those that others descend from. */
const maxProcesses = 8_192;
/** Users whose actor is remembered. */
const maxActors = 4_096;
/** Arguments beyond this are left out of process information; the whole list is in its `process.exec`. */
const maxCommandChars = 4_096;

/**
 * What the process is called. The kernel's name is that of a thread: at exec it is the program's, later it may be `MainThread`
 * or whatever the forking thread was called.
 */
function nameOf(entry: ProcessEntry): string | undefined {
  if (entry.exe === undefined || entry.origin === 'exec') return entry.comm;
  return entry.exe.slice(entry.exe.lastIndexOf('/') + 1);
}

/** Creates the enricher. */
export function createEnricher(deps: EnricherDeps): Enricher {
  const cgroups = new LruMap<number, string>(maxCgroups);
  const execId = (entry: ProcessEntry): string => execIdOf(deps.bootId, entry.tgid, entry.startUs);

  const cgroupOf = (entry: ProcessEntry): string | undefined => {
    const known = entry.cgroupId === undefined ? undefined : cgroups.get(entry.cgroupId);
    if (known !== undefined || entry.exitedUs !== undefined) return known;
    const path = deps.proc.readCgroup(entry.tgid);
    if (path !== undefined && entry.cgroupId !== undefined) cgroups.set(entry.cgroupId, path);
    return path;
  };

  // entries do not change but for their end, so neither do these; redaction remembers what became of them as well
  const infos = new RecentMap<ProcessEntry, ProcessInfo>(maxProcesses);
  const actors = new LruMap<number, ActorInfo>(maxActors);
  // a forked child has the very list of its parent
  const commandLines = new RecentMap<readonly string[], string>(maxProcesses);
  const commandLineOf = (args: readonly string[]): string => {
    let line = commandLines.get(args);
    if (line === undefined) {
      line = joinCommandLine(args, maxCommandChars);
      commandLines.set(args, line);
    }
    return line;
  };
  const refs = new RecentMap<ProcessEntry, ProcessRef>(maxProcesses);
  const refOf = (entry: ProcessEntry): ProcessRef => {
    let ref = refs.get(entry);
    if (ref === undefined) {
      ref = makeRef(entry);
      refs.set(entry, ref);
    }
    return ref;
  };

  const makeRef = (entry: ProcessEntry): ProcessRef => {
    const name = nameOf(entry);
    const cmdline = commandLineOf(entry.args);
    return {
      exec_id: execId(entry),
      pid: entry.tgid,
      ...(entry.exe === undefined ? {} : { exe: entry.exe }),
      ...(name === undefined ? {} : { name }),
      ...(cmdline === '' ? {} : { cmdline }),
    };
  };

  const makeInfo = (entry: ProcessEntry): ProcessInfo => {
    const cgroup = cgroupOf(entry);
    const containerId = cgroup === undefined ? undefined : containerIdOf(cgroup);
    const { parentTgid, parentStartUs } = entry;
    return {
      ...refOf(entry),
      ...(parentTgid === undefined ? {} : { ppid: parentTgid }),
      ...(parentTgid === undefined || parentStartUs === undefined
        ? {}
        : { parent_exec_id: execIdOf(deps.bootId, parentTgid, parentStartUs) }),
      ...(entry.cwd === undefined ? {} : { cwd: entry.cwd }),
      ...(containerId === undefined ? {} : { container_id: containerId }),
      ...(cgroup === undefined ? {} : { cgroup }),
      start_time: formatTime(deps.clock.fromBoottimeUs(entry.startUs)),
    };
  };

  const ownInfo = (entry: ProcessEntry): ProcessInfo => {
    let info = infos.get(entry);
    if (info === undefined) {
      info = makeInfo(entry);
      infos.set(entry, info);
    }
    return info;
  };

  return {
    execId,
    ownInfo,

    processInfo(entry, tid) {
      const ancestors = deps.table.ancestors(entry).map(refOf);
      const own = ownInfo(entry);
      if (tid === undefined && ancestors.length === 0) return own;
      return {
        ...own,
        ...(tid === undefined ? {} : { tid }),
        ...(ancestors.length === 0 ? {} : { ancestors }),
      };
    },

    actor(entry) {
      if (entry.uid === undefined) return undefined;
      const user = deps.users.nameOf(entry.uid);
      const known = actors.get(entry.uid);
      if (known?.user === user && known?.gid === entry.gid && known !== undefined) return known;
      const actor = {
        uid: entry.uid,
        ...(user === undefined ? {} : { user }),
        ...(entry.gid === undefined ? {} : { gid: entry.gid }),
      };
      actors.set(entry.uid, actor);
      return actor;
    },
  };
}
