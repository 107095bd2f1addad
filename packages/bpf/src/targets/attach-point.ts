import { decodeInstruction, register, type Instruction, type InstructionKind } from './x86.ts';

/** Machine code of a file by virtual address; undefined where the file has none. */
export type ReadCode = (address: number, length: number) => Uint8Array | undefined;

/** Where a probe is put and on what kind of instruction it sits. */
export interface AttachPoint {
  readonly address: number;
  readonly instruction: InstructionKind | 'unknown';
  /** Whether the kernel emulates that instruction instead of single-stepping it, which costs ten times as much. */
  readonly cheap: boolean;
}

/** Bytes of a function looked at; a prologue is over long before. */
const lookBytes = 192;
/** Instructions looked at. */
const lookInstructions = 40;
/** Calls and tail jumps followed from a public function to the one that does the work. */
const followDepth = 3;

/** Emulated by uprobes on x86: arch/x86/kernel/uprobes.c, branch_xol_ops and push_xol_ops. */
const emulated: ReadonlySet<InstructionKind> = new Set(['nop', 'push', 'call', 'jump', 'branch']);

const argumentRegisters: readonly number[] = [
  register.rdi,
  register.rsi,
  register.rdx,
  register.rcx,
  register.r8,
  register.r9,
];

/**
 * The first instruction of a function that the kernel emulates and at which the return address is still on top of the
 * stack and the argument registers still hold the arguments: there entry and return probes work as at the first
 * instruction. Falls back to the first instruction. Every instruction passed over is one that always runs.
 */
export function findAttachPoint(read: ReadCode, functionAddress: number): AttachPoint {
  const code = read(functionAddress, lookBytes);
  const first = code === undefined ? undefined : decodeInstruction(code, 0);
  const plain: AttachPoint = {
    address: functionAddress,
    instruction: first?.kind ?? 'unknown',
    cheap: first !== undefined && emulated.has(first.kind),
  };
  if (code === undefined || plain.cheap) return plain;
  let at = 0;
  for (let i = 0; i < lookInstructions; i++) {
    const instruction = decodeInstruction(code, at);
    if (instruction === undefined) return plain;
    if (emulated.has(instruction.kind)) {
      return { address: functionAddress + at, instruction: instruction.kind, cheap: true };
    }
    if (instruction.kind === 'stack' || instruction.kind === 'return') return plain;
    if (argumentRegisters.includes(instruction.target)) return plain;
    at += instruction.length;
  }
  return plain;
}

/** What a register holds while a prologue is followed. */
type Held = 'ssl' | 'buffer' | 'count' | 'done' | 'stack' | 'zero' | 'other';

/** A function reached by call or tail jump, with the registers as they were then. */
interface Reached {
  readonly address: number;
  readonly held: ReadonlyMap<number, Held>;
}

function apply(held: Map<number, Held>, instruction: Instruction): void {
  const { kind, target, source } = instruction;
  if (target < 0) return;
  if (kind === 'move') {
    held.set(target, source === register.rsp ? 'stack' : (held.get(source) ?? 'other'));
  } else if (kind === 'address') {
    held.set(target, source === register.rsp ? 'stack' : 'other');
  } else if (kind === 'clear') {
    held.set(target, 'zero');
  } else if (kind === 'extend') {
    held.set(target, held.get(source) === 'count' ? 'count' : 'other');
  } else {
    held.set(target, 'other');
  }
}

/** Follows the straight path (no branch taken) to the first call or jump; undefined when it can't be followed. */
function followToCall(read: ReadCode, from: Reached): Reached | undefined {
  const code = read(from.address, lookBytes);
  if (code === undefined) return undefined;
  const held = new Map(from.held);
  let at = 0;
  for (let i = 0; i < lookInstructions; i++) {
    const instruction = decodeInstruction(code, at);
    if (instruction === undefined || instruction.kind === 'return') return undefined;
    at += instruction.length;
    if (instruction.kind === 'call' || instruction.kind === 'jump') {
      return { address: from.address + at + instruction.displacement, held };
    }
    apply(held, instruction);
  }
  return undefined;
}

function isWorker(held: ReadonlyMap<number, Held>, done: Held): 0 | 4 | 5 {
  const plain =
    held.get(register.rdi) === 'ssl' &&
    held.get(register.rsi) === 'buffer' &&
    held.get(register.rdx) === 'count';
  if (!plain) return 0;
  if (held.get(register.rcx) === done) return 4;
  return held.get(register.rcx) === 'zero' && held.get(register.r8) === done ? 5 : 0;
}

/** The internal function both public forms call. */
export interface Convergence {
  readonly address: number;
  /** Number (from 1) of the argument that points to the bytes done. */
  readonly doneArgument: 4 | 5;
}

/**
 * Finds the function that `SSL_x(ssl, buf, num)` and `SSL_x_ex(ssl, buf, num, *done)` both call with the same
 * arguments. Both paths must agree on it and on the register of the pointer; otherwise undefined.
 */
export function findConvergence(read: ReadCode, plainForm: number, exForm: number): Convergence | undefined {
  const first: [number, Held][] = [
    [register.rdi, 'ssl'],
    [register.rsi, 'buffer'],
    [register.rdx, 'count'],
  ];
  const worker = followToCall(read, { address: plainForm, held: new Map(first) });
  if (worker === undefined) return undefined;
  const doneArgument = isWorker(worker.held, 'stack');
  if (doneArgument === 0) return undefined;
  let step: Reached | undefined = { address: exForm, held: new Map([...first, [register.rcx, 'done']]) };
  for (let depth = 0; depth < followDepth; depth++) {
    step = followToCall(read, step);
    if (step === undefined) return undefined;
    if (step.address === worker.address) {
      return isWorker(step.held, 'done') === doneArgument
        ? { address: worker.address, doneArgument }
        : undefined;
    }
  }
  return undefined;
}
