import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { scopeAction, scopeKind, scopeMode } from '../../gen/wire.ts';
import { EngineError } from '../errors.ts';
import { findDescendants } from './process-tree.ts';
import type { CaptureScope, ScopeSelection } from './types.ts';

/** What the kernel's scope maps are to hold: key (as in `keys.ts`) to action bits. */
export interface ResolvedScope {
  readonly mode: number;
  readonly kinds: number;
  readonly cgroups: ReadonlyMap<bigint, number>;
  readonly users: ReadonlyMap<number, number>;
  /** By "device:inode", device as the kernel numbers it. */
  readonly executables: ReadonlyMap<string, number>;
  readonly subtrees: ReadonlyMap<number, number>;
}

/** Turns stat's device number into the kernel's: major << 20 | minor. */
export function kernelDevice(device: bigint): number {
  const major = Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n));
  const minor = Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n));
  return ((major << 20) | minor) >>> 0;
}

/** The first cgroup2 mount in /proc/mounts (on hybrid hosts not /sys/fs/cgroup itself); undefined without one. */
export function findCgroupMount(): string | undefined {
  try {
    const line = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((candidate) => candidate.split(' ')[2] === 'cgroup2');
    return line?.split(' ')[1];
  } catch {
    return undefined;
  }
}

function cgroupId(path: string): bigint {
  const mount = findCgroupMount();
  if (mount === undefined) {
    throw new EngineError(
      'ENGINE_BAD_OPTION',
      'Capture by control group needs a cgroup2 mount; this system has none.',
    );
  }
  const directory = isAbsolute(path) && path.startsWith(`${mount}/`) ? path : join(mount, path);
  try {
    return statSync(directory, { bigint: true }).ino;
  } catch (cause) {
    throw new EngineError('ENGINE_BAD_OPTION', `The control group ${directory} does not exist.`, { cause });
  }
}

function executableKey(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${kernelDevice(dev)}:${ino.toString()}`;
  } catch (cause) {
    throw new EngineError('ENGINE_BAD_OPTION', `The executable ${path} does not exist.`, { cause });
  }
}

function checkNumber(value: number, what: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return value;
  throw new EngineError('ENGINE_BAD_OPTION', `${value} is not a ${what}.`);
}

function add<K>(map: Map<K, number>, key: K, action: number): void {
  map.set(key, (map.get(key) ?? 0) | action);
}

/**
 * Looks up what a scope names. Throws ENGINE_BAD_OPTION for a control group or executable that does not exist and for
 * numbers that can't be users or processes; a process that has ended selects nothing.
 */
export function resolveScope(scope: CaptureScope, ownPid: number): ResolvedScope {
  const cgroups = new Map<bigint, number>();
  const users = new Map<number, number>();
  const executables = new Map<string, number>();
  const subtrees = new Map<number, number>();
  const collect = (selection: ScopeSelection, action: number): void => {
    for (const path of selection.cgroups) add(cgroups, cgroupId(path), action);
    for (const user of selection.users) add(users, checkNumber(user, 'user number'), action);
    for (const path of selection.executables) add(executables, executableKey(path), action);
    const roots = selection.subtreePids.map((pid) => checkNumber(pid, 'process number'));
    for (const pid of findDescendants(roots)) add(subtrees, pid, action);
  };
  collect(scope, scopeAction.include);
  collect(scope.exclude, scopeAction.exclude);
  add(subtrees, ownPid, scopeAction.excludeSelf);
  const kinds =
    (cgroups.size > 0 ? scopeKind.cgroup : 0) |
    (users.size > 0 ? scopeKind.user : 0) |
    (executables.size > 0 ? scopeKind.executable : 0) |
    scopeKind.subtree;
  const mode = scope.mode === 'everything' ? scopeMode.everything : scopeMode.selected;
  return { mode, kinds, cgroups, users, executables, subtrees };
}
