import { readFileSync } from 'node:fs';
import { listProcesses } from '../targets/process-images.ts';

/** Parent of a process from /proc/PID/stat, undefined when it is gone. The name in it may hold spaces and brackets. */
function readParent(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ', 2)[1]);
    return Number.isInteger(parent) ? parent : undefined;
  } catch {
    return undefined;
  }
}

/** The given processes as far as they live, and everything descended from them now. */
export function findDescendants(roots: readonly number[]): ReadonlySet<number> {
  if (roots.length === 0) return new Set();
  const children = new Map<number, number[]>();
  const living = new Set<number>();
  for (const pid of listProcesses()) {
    const parent = readParent(pid);
    if (parent === undefined) continue;
    living.add(pid);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  const found = new Set(roots.filter((pid) => living.has(pid)));
  // A Set visits what is added to it while it is being walked.
  for (const pid of found) {
    for (const child of children.get(pid) ?? []) found.add(child);
  }
  return found;
}
