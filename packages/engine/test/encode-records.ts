/** Builds kernel records for tests, by the generated layout. */
import {
  op,
  wireLayout,
  type ProcessExec,
  type ProcessExit,
  type ProcessFork,
  type ProcessSeen,
  type TlsData,
  type TlsState,
} from '@eyrie/bpf/wire';

type Layout = {
  readonly size: number;
  readonly members: readonly { name: string; offset: number; size: number; type: string }[];
};
type Values = Readonly<Record<string, number | bigint | string>>;

function encode(
  layout: Layout,
  values: Values,
  header: { op: number; flags?: number; ktimeUs: number },
  payload: Uint8Array,
): Buffer {
  const size = layout.size + payload.byteLength;
  const bytes = Buffer.alloc((size + 7) & ~7);
  bytes.writeUInt16LE(header.op, 0);
  bytes.writeUInt16LE(header.flags ?? 0, 2);
  bytes.writeUInt32LE(size, 4);
  bytes.writeBigUInt64LE(BigInt(header.ktimeUs) * 1000n, 8);
  for (const [name, value] of Object.entries(values)) {
    const member = layout.members.find((candidate) => candidate.name === name);
    if (member === undefined) throw new Error(`no member ${name}`);
    if (typeof value === 'string') bytes.write(value, member.offset, member.size - 1, 'utf8');
    else if (member.size === 8) bytes.writeBigUInt64LE(BigInt(value), member.offset);
    else if (member.size === 4 && member.type === 'signed') bytes.writeInt32LE(Number(value), member.offset);
    else if (member.size === 4) bytes.writeUInt32LE(Number(value), member.offset);
    else if (member.size === 2) bytes.writeUInt16LE(Number(value), member.offset);
    else bytes.writeUInt8(Number(value), member.offset);
  }
  bytes.set(payload, layout.size);
  return bytes;
}

const ns = (us: number): bigint => BigInt(us) * 1000n;
const nothing = new Uint8Array();

export function encodeFork(record: Omit<ProcessFork, 'kind' | 'flags'>): Buffer {
  return encode(
    wireLayout.process_fork,
    {
      start_boottime_ns: ns(record.startBoottimeUs),
      parent_start_boottime_ns: ns(record.parentStartBoottimeUs),
      cgroup_id: record.cgroupId,
      tgid: record.tgid,
      parent_tgid: record.parentTgid,
      uid: record.uid,
      gid: record.gid,
      comm: record.comm,
    },
    { op: op.processFork, ktimeUs: record.ktimeUs },
    nothing,
  );
}

export function encodeExec(record: ProcessExec | ProcessSeen): Buffer {
  const path = Buffer.from(record.path);
  const cwd = Buffer.from(record.cwd);
  const args = Buffer.from(record.args.map((arg) => `${arg}\0`).join(''));
  return encode(
    wireLayout.process_exec,
    {
      start_boottime_ns: ns(record.startBoottimeUs),
      parent_start_boottime_ns: ns(record.parentStartBoottimeUs),
      cgroup_id: record.cgroupId,
      exe_inode: record.exeInode,
      exe_device: record.exeDevice,
      tgid: record.tgid,
      parent_tgid: record.parentTgid,
      uid: record.uid,
      gid: record.gid,
      euid: record.euid,
      mount_ns: record.mountNs,
      pid_ns: record.pidNs,
      net_ns: record.netNs,
      user_ns: record.userNs,
      argc: record.argc,
      args_len: args.byteLength,
      path_len: path.byteLength,
      cwd_len: cwd.byteLength,
      ns_tgid: record.nsTgid,
      comm: record.comm,
    },
    {
      op: record.kind === 'process_exec' ? op.processExec : op.processSeen,
      flags: record.flags,
      ktimeUs: record.ktimeUs,
    },
    Buffer.concat([path, cwd, args]),
  );
}

export function encodeExit(record: Omit<ProcessExit, 'kind' | 'flags'>): Buffer {
  return encode(
    wireLayout.process_exit,
    {
      start_boottime_ns: ns(record.startBoottimeUs),
      runtime_ns: ns(record.runtimeUs),
      user_ns: ns(record.userUs),
      system_ns: ns(record.systemUs),
      max_rss_kb: record.maxRssKb,
      tgid: record.tgid,
      exit_code: record.exitCode,
      signal: record.signal,
      core_dumped: record.coreDumped,
    },
    { op: op.processExit, ktimeUs: record.ktimeUs },
    nothing,
  );
}

export function encodeTlsData(record: Omit<TlsData, 'kind' | 'len' | 'callLen'>): Buffer {
  return encode(
    wireLayout.tls_data,
    {
      start_boottime_ns: ns(record.startBoottimeUs),
      cgroup_id: record.cgroupId,
      ssl: record.ssl,
      conn_ns: ns(record.connUs),
      position: record.position,
      entered_ns: ns(record.enteredUs),
      tgid: record.tgid,
      tid: record.tid,
      fd: record.fd,
      uid: record.uid,
      len: record.payload.byteLength,
      call_len: record.payload.byteLength,
      direction: record.direction === 'write' ? 1 : 0,
    },
    { op: op.tlsData, flags: record.flags, ktimeUs: record.ktimeUs },
    record.payload,
  );
}

export function encodeTlsFree(
  record: Pick<TlsState, 'ktimeUs' | 'startBoottimeUs' | 'ssl' | 'connUs' | 'tgid'>,
): Buffer {
  return encode(
    wireLayout.tls_state,
    {
      start_boottime_ns: ns(record.startBoottimeUs),
      ssl: record.ssl,
      conn_ns: ns(record.connUs),
      tgid: record.tgid,
      tid: record.tgid,
      fd: -1,
      state: 3,
    },
    { op: op.tlsState, ktimeUs: record.ktimeUs },
    nothing,
  );
}
