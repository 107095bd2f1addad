import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { forEachRecord, op, wireLayout, type ProcessSeen } from '../gen/wire.ts';
import { EngineError } from './errors.ts';
import { loadObject } from './families.ts';
import { loadNative } from './native.ts';
import { findCgroupMount, kernelDevice } from './scope/resolve-scope.ts';
import { listProcesses } from './targets/process-images.ts';

/** Where the list of running processes came from. */
export interface RunningProcesses {
  /** `iterator`: from the kernel's own structures, with exact start times. `proc`: from /proc, to 10 ms. */
  readonly source: 'iterator' | 'proc';
  /** Wire records (op process_seen), as a sensor's batches hold them. */
  readonly bytes: Uint8Array;
}

const layout = wireLayout.process_exec;

function memberOffset(name: string): number {
  const member = layout.members.find((candidate) => candidate.name === name);
  if (member === undefined)
    throw new EngineError('ENGINE_WIRE_MISMATCH', `process_exec has no member ${name}.`);
  return member.offset;
}

function namespaceInode(pid: number, name: string): number {
  try {
    return Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/${name}`))?.[0] ?? 0);
  } catch {
    return 0;
  }
}

function statusNumbers(status: string, field: string): number[] {
  const line = status.split('\n').find((candidate) => candidate.startsWith(`${field}:`));
  return (line ?? '').split(/\s+/).slice(1).map(Number);
}

function cgroupIdOf(pid: number, mount: string | undefined): bigint {
  if (mount === undefined) return 0n;
  try {
    const line = readFileSync(`/proc/${pid}/cgroup`, 'utf8')
      .split('\n')
      .find((candidate) => candidate.startsWith('0::'));
    return line === undefined ? 0n : statSync(mount + line.slice(3), { bigint: true }).ino;
  } catch {
    return 0n;
  }
}

function executableOf(pid: number): { device: number; inode: bigint } {
  try {
    const { dev, ino } = statSync(`/proc/${pid}/exe`, { bigint: true });
    return { device: kernelDevice(dev), inode: ino };
  } catch {
    return { device: 0, inode: 0n };
  }
}

interface Basics {
  readonly comm: string;
  readonly parent: number;
  readonly startNs: bigint;
  readonly kernelThread: boolean;
}

/** Kernel threads carry this flag, include/linux/sched.h. */
const flagKernelThread = 0x00200000;
/** Clock ticks of /proc are a hundredth of a second on every Linux that user space sees (USER_HZ). */
const tickNs = 10_000_000n;

function readBasics(pid: number): Basics | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const open = stat.indexOf('(');
    const close = stat.lastIndexOf(')');
    const fields = stat.slice(close + 2).split(' ');
    return {
      comm: stat.slice(open + 1, close),
      parent: Number(fields[1]),
      startNs: BigInt(fields[19] ?? 0) * tickNs,
      kernelThread: (Number(fields[6]) & flagKernelThread) !== 0,
    };
  } catch {
    return undefined;
  }
}

function encodeFromProc(
  pid: number,
  all: ReadonlyMap<number, Basics>,
  mount: string | undefined,
): Buffer | undefined {
  const basics = all.get(pid);
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
  if (basics === undefined) return undefined;
  const record = Buffer.alloc(layout.size);
  const u32 = (name: string, value: number | undefined): void => {
    record.writeUInt32LE((value ?? 0) >>> 0, memberOffset(name));
  };
  const u64 = (name: string, value: bigint): void => {
    record.writeBigUInt64LE(value, memberOffset(name));
  };
  const executable = executableOf(pid);
  const uids = statusNumbers(status, 'Uid');
  record.writeUInt16LE(op.processSeen, 0);
  record.writeUInt32LE(layout.size, 4);
  record.writeBigUInt64LE(process.hrtime.bigint(), 8);
  u64('start_boottime_ns', basics.startNs);
  u64('parent_start_boottime_ns', all.get(basics.parent)?.startNs ?? 0n);
  u64('cgroup_id', cgroupIdOf(pid, mount));
  u64('exe_inode', executable.inode);
  u32('exe_device', executable.device);
  u32('tgid', pid);
  u32('parent_tgid', basics.parent);
  u32('uid', uids[0]);
  u32('euid', uids[1]);
  u32('gid', statusNumbers(status, 'Gid')[0]);
  u32('mount_ns', namespaceInode(pid, 'mnt'));
  u32('pid_ns', namespaceInode(pid, 'pid'));
  u32('net_ns', namespaceInode(pid, 'net'));
  u32('user_ns', namespaceInode(pid, 'user'));
  u32('ns_tgid', statusNumbers(status, 'NSpid').at(-1) ?? pid);
  record.write(basics.comm.slice(0, 15), memberOffset('comm'), 'latin1');
  return record;
}

function readFromProc(): Uint8Array {
  const all = new Map<number, Basics>();
  for (const pid of listProcesses()) {
    const basics = readBasics(pid);
    if (basics !== undefined && !basics.kernelThread) all.set(pid, basics);
  }
  const mount = findCgroupMount();
  return Buffer.concat([...all.keys()].flatMap((pid) => encodeFromProc(pid, all, mount) ?? []));
}

function readFromIterator(): Uint8Array {
  const native = new (loadNative().NativeEngine)();
  try {
    const object = loadObject({ native, ringBytes: 4096, base: undefined }, 'process.bpf.o');
    return native.readIterator(object, 'eyrie_process_seen');
  } finally {
    native.close();
  }
}

/**
 * The processes running now as wire records: from the kernel's task iterator, or from /proc when this process may not
 * load programs. Path, working directory and arguments may be empty: /proc has them. Never throws for lack of
 * privileges; empty without /proc.
 */
export function readRunningProcessRecords(): RunningProcesses {
  try {
    return { source: 'iterator', bytes: readFromIterator() };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { source: 'proc', bytes: readFromProc() };
  }
}

/** The processes running now, decoded; see `readRunningProcessRecords`. */
export function readRunningProcesses(): ProcessSeen[] {
  const processes: ProcessSeen[] = [];
  forEachRecord(readRunningProcessRecords().bytes, (record) => {
    if (record.kind === 'process_seen') processes.push(record);
  });
  return processes;
}
