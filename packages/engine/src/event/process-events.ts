/** Events about processes. */
import {
  recordFlags,
  type ProcessExec,
  type ProcessExit,
  type ProcessFork,
  type ProcessSeen,
} from '@eyrie/bpf/wire';
import type { ProcessEntry } from '../enrich/process-table.ts';
import { buildEnvelope, withProcessKnowledge, type EventContext } from './envelope.ts';
import { signalName } from './signals.ts';
import type { Confidence, ProcessExecEvent, ProcessExitEvent, ProcessForkEvent } from './types.ts';

const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'fish', 'ksh', 'mksh', 'ash', 'busybox', 'csh', 'tcsh']);

function isShell(exe: string): boolean {
  return shells.has(exe.slice(exe.lastIndexOf('/') + 1));
}

/** The confidence of nearly all process events, made once, so that redaction knows it again. */
const wholeFromKernel: Confidence = {
  level: 'high',
  completeness: 'full',
  reasons: ['kernel_tracepoint'],
  process_attribution: 'direct',
};

function fromKernel(entry: ProcessEntry, missing: readonly string[] = []): Confidence {
  if (missing.length === 0 && entry.exe !== undefined) return wholeFromKernel;
  const base: Confidence = {
    level: 'high',
    completeness: missing.length === 0 ? 'full' : 'partial',
    reasons: ['kernel_tracepoint'],
    ...(missing.length === 0 ? {} : { missing }),
  };
  return withProcessKnowledge(base, entry);
}

/** A program was started. */
export function buildExec(context: EventContext, entry: ProcessEntry, record: ProcessExec): ProcessExecEvent {
  const truncated = (record.flags & recordFlags.truncated) !== 0;
  const exe = entry.exe ?? record.comm;
  return {
    ...buildEnvelope(context, { entry, atUs: record.ktimeUs, point: 'sched_process_exec', ancestors: true }),
    event_type: 'process.exec',
    confidence: fromKernel(entry, truncated ? ['arguments_or_path_truncated'] : []),
    data: {
      exe,
      args: entry.args,
      args_truncated: truncated,
      ...(entry.cwd === undefined ? {} : { cwd: entry.cwd }),
      is_shell: isShell(exe),
      namespaces: { mount: record.mountNs, pid: record.pidNs, net: record.netNs, user: record.userNs },
    },
  };
}

/** A process that was running before the sensor started, told when it first matters. */
export function buildRunning(
  context: EventContext,
  entry: ProcessEntry,
  atUs: number,
  record: ProcessSeen | undefined,
): ProcessExecEvent {
  const exe = entry.exe ?? entry.comm ?? 'unknown';
  const confidence: Confidence = { level: 'high', completeness: 'full', reasons: ['read_at_start'] };
  return {
    ...buildEnvelope(context, { entry, atUs, point: 'proc', ancestors: true }),
    event_type: 'process.exec',
    confidence: withProcessKnowledge(confidence, entry),
    data: {
      exe,
      args: entry.args,
      args_truncated: false,
      ...(entry.cwd === undefined ? {} : { cwd: entry.cwd }),
      is_shell: isShell(exe),
      already_running: true,
      ...(record === undefined || record.mountNs === 0
        ? {}
        : {
            namespaces: { mount: record.mountNs, pid: record.pidNs, net: record.netNs, user: record.userNs },
          }),
    },
  };
}

/** A process ended. */
export function buildExit(context: EventContext, entry: ProcessEntry, record: ProcessExit): ProcessExitEvent {
  const name = signalName(record.signal);
  const termination = record.coreDumped !== 0 ? 'coredump' : record.signal === 0 ? 'normal' : 'signaled';
  return {
    ...buildEnvelope(context, { entry, atUs: record.ktimeUs, point: 'sched_process_exit', ancestors: false }),
    event_type: 'process.exit',
    confidence: fromKernel(entry),
    data: {
      exit_code: record.exitCode,
      ...(record.signal === 0 ? {} : { signal: record.signal }),
      ...(name === undefined ? {} : { signal_name: name }),
      runtime_ms: record.runtimeUs / 1000,
      cpu_user_ms: record.userUs / 1000,
      cpu_system_ms: record.systemUs / 1000,
      max_rss_kb: record.maxRssKb,
      termination_type: termination,
    },
  };
}

/** A process made another one; the event is the parent's. */
export function buildFork(
  context: EventContext,
  family: { readonly parent: ProcessEntry; readonly child: ProcessEntry },
  record: ProcessFork,
): ProcessForkEvent {
  return {
    ...buildEnvelope(context, {
      entry: family.parent,
      atUs: record.ktimeUs,
      point: 'sched_process_fork',
      ancestors: false,
    }),
    event_type: 'process.fork',
    confidence: fromKernel(family.parent),
    data: {
      child_pid: record.tgid,
      child_exec_id: context.enricher.execId(family.child),
      is_thread: false,
    },
  };
}
