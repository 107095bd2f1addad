import type { EngineErrorCode } from '@eyrie/bpf';
import type { ReadinessProblem } from '../http/readiness.ts';

type FailureCode = EngineErrorCode | 'UNKNOWN';

const report = 'Run "eyrie check" and report what it prints.';

/** What to do about each reason why the kernel side could not be used. */
const fixes: Record<FailureCode, string> = {
  ENGINE_NOT_BUILT: 'Run "npm run build" where Eyrie is installed; it needs clang, libbpf-dev, g++ and make.',
  ENGINE_NOT_LINUX: 'Capture needs Linux; here "eyrie replay" shows recorded traces.',
  ENGINE_NO_PRIVILEGE:
    'Start Eyrie as root or with systemd/eyrie.service; it needs CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE, ' +
    'CAP_DAC_READ_SEARCH and CAP_CHECKPOINT_RESTORE. ' +
    'In a container, give it these capabilities.',
  ENGINE_NO_BTF: 'Use a kernel built with CONFIG_DEBUG_INFO_BTF=y, as those of current distributions are.',
  ENGINE_NO_TRACEFS: 'Mount it: mount -t tracefs tracefs /sys/kernel/tracing',
  ENGINE_VERIFIER_REJECTED: report,
  ENGINE_NOT_SUPPORTED: 'Use Linux 5.8 or newer, or one of the kernels the README names.',
  ENGINE_NO_MEMORY: 'Free memory, or lower capture.ring_bytes.',
  ENGINE_WIRE_MISMATCH: 'Program and kernel objects are from different versions: run "npm run build" again.',
  ENGINE_BAD_OPTION: 'Correct the value in the [capture] part of the configuration.',
  ENGINE_ATTACH_FAILED: report,
  ENGINE_MAP_FAILED: report,
  ENGINE_CLOSED: 'Restart Eyrie.',
  UNKNOWN: report,
};

/** The problem that the engine could not start at all, for `/ready` and the page. */
export function describeEngineFailure(code: FailureCode, message: string): ReadinessProblem {
  return { part: 'capture', problem: `Nothing is captured: ${message}`, fix: fixes[code] };
}

/** The problem that one family is not active while others are. */
export function describeFamilyFailure(family: string, reason: string | undefined): ReadinessProblem {
  const problem = `Capture of ${family} is off: ${reason ?? 'the reason is not known'}`;
  return { part: family, problem, fix: 'Run "eyrie check" to see what is missing.' };
}

/** True for a code the advice knows; errors from a worker thread arrive as plain text. */
export function isFailureCode(code: unknown): code is FailureCode {
  return typeof code === 'string' && Object.hasOwn(fixes, code);
}
