/** What /proc says about a running process; nothing when it is gone, and never an exception. */
import { readFileSync, readlinkSync } from 'node:fs';

interface ProcProcess {
  readonly tgid: number;
  readonly parentTgid: number;
  /** Start on CLOCK_BOOTTIME, rounded down to the kernel's 10 ms ticks. */
  readonly startTickUs: number;
  readonly comm: string;
  readonly exe?: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** Everything enrichment reads from /proc; replaced in tests and on replay. */
export interface ProcReader {
  readProcess(tgid: number): ProcProcess | undefined;
  /** Path of the process's control group, or undefined. */
  readCgroup(tgid: number): string | undefined;
}

/** Nothing is known: for replay, where /proc is another machine's. */
export const noProc: ProcReader = { readProcess: () => undefined, readCgroup: () => undefined };

/** USER_HZ, fixed at 100 in the kernel's user interface on all supported architectures. */
export const tickUs = 10_000;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  try {
    const target = readlinkSync(path);
    // the kernel's mark of a file that was removed or replaced since
    return target.endsWith(' (deleted)') ? target.slice(0, -10) : target;
  } catch {
    return undefined;
  }
}

/** proc_pid_stat(5): the name is in parentheses and may hold any character, so fields count from the last one. */
function parseStat(text: string): Pick<ProcProcess, 'comm' | 'parentTgid' | 'startTickUs'> | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open === -1 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ');
  const parentTgid = Number(fields[1]);
  const ticks = Number(fields[19]);
  if (!Number.isSafeInteger(parentTgid) || !Number.isSafeInteger(ticks)) return undefined;
  return { comm: text.slice(open + 1, close), parentTgid, startTickUs: ticks * tickUs };
}

function idsOf(status: string | undefined): { uid?: number; gid?: number } {
  const uid = /^Uid:\t(\d+)/m.exec(status ?? '')?.[1];
  const gid = /^Gid:\t(\d+)/m.exec(status ?? '')?.[1];
  return {
    ...(uid === undefined ? {} : { uid: Number(uid) }),
    ...(gid === undefined ? {} : { gid: Number(gid) }),
  };
}

/** proc_pid_cgroup(5): the unified hierarchy's line, else the one of systemd, else the longest. */
export function parseCgroup(text: string): string | undefined {
  const paths = text.split('\n').flatMap((line) => {
    const [hierarchy, controllers, ...rest] = line.split(':');
    return hierarchy === undefined || controllers === undefined
      ? []
      : [{ hierarchy, controllers, path: rest.join(':') }];
  });
  const unified = paths.find((entry) => entry.hierarchy === '0' && entry.path !== '/');
  const longest = [...paths].sort((a, b) => b.path.length - a.path.length)[0];
  const path = (
    unified ??
    paths.find((entry) => entry.controllers === 'name=systemd' && entry.path !== '/') ??
    longest
  )?.path;
  return path === undefined || path === '' ? undefined : path;
}

/** Reads the /proc of this machine. */
export const systemProc: ProcReader = {
  readProcess(tgid) {
    const stat = parseStat(readText(`/proc/${tgid}/stat`) ?? '');
    if (stat === undefined) return undefined;
    const exe = readLink(`/proc/${tgid}/exe`);
    const cwd = readLink(`/proc/${tgid}/cwd`);
    const cmdline = readText(`/proc/${tgid}/cmdline`) ?? '';
    return {
      tgid,
      ...stat,
      ...(exe === undefined ? {} : { exe }),
      ...(cwd === undefined ? {} : { cwd }),
      args: cmdline === '' ? [] : cmdline.replace(/\0$/, '').split('\0'),
      ...idsOf(readText(`/proc/${tgid}/status`)),
    };
  },
  readCgroup(tgid) {
    const text = readText(`/proc/${tgid}/cgroup`);
    return text === undefined ? undefined : parseCgroup(text);
  },
};
