/** Stable reasons why the kernel side could not be used. Callers test these, never the message. */
export type EngineErrorCode =
  | 'ENGINE_NOT_BUILT'
  | 'ENGINE_NOT_LINUX'
  | 'ENGINE_NO_PRIVILEGE'
  | 'ENGINE_NO_BTF'
  | 'ENGINE_NO_TRACEFS'
  | 'ENGINE_VERIFIER_REJECTED'
  | 'ENGINE_NOT_SUPPORTED'
  | 'ENGINE_NO_MEMORY'
  | 'ENGINE_WIRE_MISMATCH'
  | 'ENGINE_BAD_OPTION'
  | 'ENGINE_ATTACH_FAILED'
  | 'ENGINE_MAP_FAILED'
  | 'ENGINE_CLOSED';

/** What is known about a failure besides its code. */
export interface EngineErrorFacts {
  /** Of the system call that failed; 0 when none did. */
  readonly errno: number;
  /** The verifier's or libbpf's own words, possibly long, possibly empty. */
  readonly detail: string;
}

/** A failure of the kernel side: loading, attaching, reading or configuring. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly errno: number;
  readonly detail: string;

  constructor(code: EngineErrorCode, message: string, facts: Partial<EngineErrorFacts> & ErrorOptions = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.errno = facts.errno ?? 0;
    this.detail = facts.detail ?? '';
  }
}

// Linux errno values, include/uapi/asm-generic/errno-base.h and errno.h.
const EPERM = 1;
const ENOENT = 2;
const E2BIG = 7;
const ENOMEM = 12;
const EACCES = 13;
const EINVAL = 22;
const ENOSPC = 28;
const EOPNOTSUPP = 95;

function classifyLoad(errno: number, detail: string): EngineErrorCode {
  if (/kernel BTF|vmlinux BTF/i.test(detail) && /fail|not found|missing|no such/i.test(detail))
    return 'ENGINE_NO_BTF';
  if (errno === EPERM) return 'ENGINE_NO_PRIVILEGE';
  if (errno === ENOMEM) return 'ENGINE_NO_MEMORY';
  if (/PROG LOAD LOG/.test(detail) || errno === EACCES || errno === E2BIG || errno === ENOSPC) {
    return 'ENGINE_VERIFIER_REJECTED';
  }
  if (errno === EINVAL || errno === EOPNOTSUPP) return 'ENGINE_NOT_SUPPORTED';
  return 'ENGINE_VERIFIER_REJECTED';
}

function classifyAttach(errno: number, operation: string): EngineErrorCode {
  if (errno === EPERM || errno === EACCES) return 'ENGINE_NO_PRIVILEGE';
  return errno === ENOENT && operation === 'attach-tracepoint' ? 'ENGINE_NO_TRACEFS' : 'ENGINE_ATTACH_FAILED';
}

/** BPF and PERFMON load and attach; DAC_READ_SEARCH also reads tracefs; the others reach other processes' files. */
const neededCapabilities =
  'CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH and CAP_CHECKPOINT_RESTORE';

function explainLoad(code: EngineErrorCode, subject: string, why: string): string {
  if (code === 'ENGINE_NO_PRIVILEGE') {
    return `This process may not load BPF programs: run it as root, or give it ${neededCapabilities}.`;
  }
  if (code === 'ENGINE_NO_BTF')
    return 'The kernel has no type information (CONFIG_DEBUG_INFO_BTF), which the programs need.';
  return `The kernel refused to load ${subject}${why}.`;
}

/**
 * Makes the error for an operation of the native engine that failed.
 * The addon calls this: `operation` and `subject` are its words for what it did to what, `errno` is positive.
 */
export function makeEngineError(
  operation: string,
  subject: string,
  errno: number,
  detail: string,
): EngineError {
  const facts = { errno, detail };
  const why = errno === 0 ? '' : ` (errno ${errno})`;
  switch (operation) {
    case 'open':
      return new EngineError(
        'ENGINE_NOT_BUILT',
        `Can't open the BPF object ${subject}${why}: run npm run build.`,
        facts,
      );
    case 'load':
      return new EngineError(
        classifyLoad(errno, detail),
        explainLoad(classifyLoad(errno, detail), subject, why),
        facts,
      );
    case 'attach':
    case 'attach-uprobe':
      return new EngineError(classifyAttach(errno, operation), `Can't attach to ${subject}${why}.`, facts);
    case 'attach-tracepoint': {
      const message = `Can't use the tracepoint ${subject}${why}: it takes CAP_DAC_READ_SEARCH where tracefs is mounted, and CAP_SYS_ADMIN where it is not.`;
      return new EngineError(classifyAttach(errno, operation), message, facts);
    }
    case 'read':
      return new EngineError('ENGINE_MAP_FAILED', `Can't read from ${subject}${why}.`, facts);
    case 'program':
    case 'map':
    case 'map-size':
    case 'setting':
      return new EngineError(
        'ENGINE_WIRE_MISMATCH',
        `The BPF object does not fit this version at ${subject}${why}.`,
        facts,
      );
    case 'map-update':
      return new EngineError('ENGINE_MAP_FAILED', `Can't write to the kernel map ${subject}${why}.`, facts);
    default:
      return new EngineError('ENGINE_CLOSED', `The native engine was used out of order: ${subject}.`, facts);
  }
}
