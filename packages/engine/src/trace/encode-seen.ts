/**
 * Writes `process_seen` records. Running processes come from the task iterator or /proc already decoded; a trace must hold them
 * as records, or a replay would not know the processes that ran before.
 */
import { op, wireLayout, type ProcessSeen } from '@eyrie/bpf/wire';

const layout = wireLayout.process_exec;
type Member = (typeof layout.members)[number]['name'];

const offsets: ReadonlyMap<string, number> = new Map(
  layout.members.map((member) => [member.name, member.offset]),
);

function offsetOf(member: Member): number {
  return offsets.get(member) ?? 0;
}

/** Whole microseconds as nanoseconds. */
function nanoseconds(us: number): bigint {
  return BigInt(Math.max(0, Math.floor(us))) * 1000n;
}

const maxPathBytes = 4096;
const maxArgsBytes = 16_384;

/** Encodes one record, padded to 8 bytes. */
export function encodeProcessSeen(record: ProcessSeen): Uint8Array {
  const path = Buffer.from(record.path).subarray(0, maxPathBytes);
  const cwd = Buffer.from(record.cwd).subarray(0, maxPathBytes);
  const args = Buffer.from(record.args.map((arg) => `${arg}\0`).join('')).subarray(0, maxArgsBytes);
  const size = layout.size + path.byteLength + cwd.byteLength + args.byteLength;
  const bytes = Buffer.alloc((size + 7) & ~7);
  bytes.writeUInt16LE(op.processSeen, 0);
  bytes.writeUInt16LE(record.flags, 2);
  bytes.writeUInt32LE(size, 4);
  bytes.writeBigUInt64LE(nanoseconds(record.ktimeUs), 8);
  bytes.writeBigUInt64LE(nanoseconds(record.startBoottimeUs), offsetOf('start_boottime_ns'));
  bytes.writeBigUInt64LE(nanoseconds(record.parentStartBoottimeUs), offsetOf('parent_start_boottime_ns'));
  bytes.writeBigUInt64LE(BigInt(record.cgroupId), offsetOf('cgroup_id'));
  bytes.writeBigUInt64LE(record.exeInode, offsetOf('exe_inode'));
  const words: readonly (readonly [Member, number])[] = [
    ['exe_device', record.exeDevice],
    ['tgid', record.tgid],
    ['parent_tgid', record.parentTgid],
    ['uid', record.uid],
    ['gid', record.gid],
    ['euid', record.euid],
    ['mount_ns', record.mountNs],
    ['pid_ns', record.pidNs],
    ['net_ns', record.netNs],
    ['user_ns', record.userNs],
    ['argc', record.argc],
    ['args_len', args.byteLength],
    ['ns_tgid', record.nsTgid],
  ];
  for (const [member, value] of words) bytes.writeUInt32LE(value, offsetOf(member));
  bytes.writeUInt16LE(path.byteLength, offsetOf('path_len'));
  bytes.writeUInt16LE(cwd.byteLength, offsetOf('cwd_len'));
  Buffer.from(record.comm).copy(bytes, offsetOf('comm'), 0, 15);
  path.copy(bytes, layout.size);
  cwd.copy(bytes, layout.size + path.byteLength);
  args.copy(bytes, layout.size + path.byteLength + cwd.byteLength);
  return bytes;
}
