/**
 * A decoder for the few instructions that function prologues are made of. Strict: what is not listed here is
 * `undefined`, and the caller stops. Encodings: Intel SDM volume 2, "Instruction format" and the opcode maps.
 */

/** Number of a general register as the machine encodes it. */
export const register = {
  rax: 0,
  rcx: 1,
  rdx: 2,
  rbx: 3,
  rsp: 4,
  rbp: 5,
  rsi: 6,
  rdi: 7,
  r8: 8,
  r9: 9,
} as const;

export type InstructionKind =
  | 'nop'
  | 'endbr64'
  | 'push'
  | 'call'
  | 'jump'
  | 'branch'
  | 'return'
  /** Changes the stack pointer. */
  | 'stack'
  /** Copies `source`, or for `address` computes from base register `source`, into `target`. */
  | 'move'
  | 'address'
  /** Clears `target` by `xor r, r`. */
  | 'clear'
  /** Sign-extends the 32-bit `source` into `target`. */
  | 'extend'
  /** Overwrites `target` in another way. */
  | 'write'
  /** Writes flags or memory, no register. */
  | 'test';

/** One decoded instruction. Registers are numbers of `register`; -1 when there is none. */
export interface Instruction {
  readonly kind: InstructionKind;
  readonly length: number;
  readonly target: number;
  readonly source: number;
  /** For call, jump and branch: bytes from the end of this instruction. */
  readonly displacement: number;
}

interface Operands {
  /** Bytes of ModRM, SIB and displacement. */
  readonly length: number;
  readonly reg: number;
  /** Register number when the operand is a register, otherwise -1. */
  readonly rm: number;
  /** Base register of a memory operand, -1 for none. */
  readonly base: number;
}

function readOperands(code: Uint8Array, at: number, rex: number): Operands | undefined {
  const modrm = code[at];
  if (modrm === undefined) return undefined;
  const mode = modrm >> 6;
  const reg = ((modrm >> 3) & 7) | ((rex & 4) << 1);
  const low = modrm & 7;
  if (mode === 3) return { length: 1, reg, rm: low | ((rex & 1) << 3), base: -1 };
  let length = 1;
  let base = low | ((rex & 1) << 3);
  let displacement = mode === 1 ? 1 : mode === 2 ? 4 : 0;
  if (low === 4) {
    const sib = code[at + 1];
    if (sib === undefined) return undefined;
    length += 1;
    base = (sib & 7) | ((rex & 1) << 3);
    if (mode === 0 && (sib & 7) === 5) {
      base = -1;
      displacement = 4;
    }
  } else if (mode === 0 && low === 5) {
    base = -1;
    displacement = 4;
  }
  return { length: length + displacement, reg, rm: -1, base };
}

function make(kind: InstructionKind, length: number, rest: Partial<Instruction> = {}): Instruction {
  return { kind, length, target: -1, source: -1, displacement: 0, ...rest };
}

/** `stack` when the stack pointer is what is written. */
function writing(kind: InstructionKind, target: number, source: number, length: number): Instruction {
  if (target === register.rsp) return make('stack', length);
  return target < 0 ? make('test', length) : make(kind, length, { target, source });
}

function readInt32(code: Uint8Array, at: number): number | undefined {
  if (at + 4 > code.length) return undefined;
  return new DataView(code.buffer, code.byteOffset, code.byteLength).getInt32(at, true);
}

function relative(
  kind: InstructionKind,
  code: Uint8Array,
  at: number,
  opcodeEnd: number,
): Instruction | undefined {
  const displacement = readInt32(code, opcodeEnd);
  return displacement === undefined ? undefined : make(kind, opcodeEnd + 4 - at, { displacement });
}

function relativeShort(
  kind: InstructionKind,
  code: Uint8Array,
  at: number,
  opcodeEnd: number,
): Instruction | undefined {
  const byte = code[opcodeEnd];
  return byte === undefined
    ? undefined
    : make(kind, opcodeEnd + 1 - at, { displacement: (byte << 24) >> 24 });
}

function decodeTwoByte(code: Uint8Array, at: number, next: number, rex: number): Instruction | undefined {
  const opcode = code[next];
  if (opcode === undefined) return undefined;
  if (opcode >= 0x80 && opcode <= 0x8f) return relative('branch', code, at, next + 1);
  const operands = readOperands(code, next + 1, rex);
  if (operands === undefined) return undefined;
  const length = next + 1 + operands.length - at;
  if (opcode === 0x1f) return make('nop', length);
  // movzx and movsx of a byte or word
  if (opcode === 0xb6 || opcode === 0xb7 || opcode === 0xbe || opcode === 0xbf) {
    return writing('write', operands.reg, -1, length);
  }
  return undefined;
}

/** Opcodes of the form `op r/m, r` (even opcode bit 1 clear) and `op r, r/m`, for add, or, and, sub, xor. */
const arithmetic: ReadonlySet<number> = new Set([0x01, 0x03, 0x09, 0x0b, 0x21, 0x23, 0x29, 0x2b, 0x31, 0x33]);

function decodeWithOperands(
  code: Uint8Array,
  at: number,
  opcodeAt: number,
  rex: number,
): Instruction | undefined {
  const opcode = code[opcodeAt] ?? 0;
  const operands = readOperands(code, opcodeAt + 1, rex);
  if (operands === undefined) return undefined;
  const end = opcodeAt + 1 + operands.length;
  const length = end - at;
  const { reg, rm, base } = operands;
  if (arithmetic.has(opcode)) {
    const target = (opcode & 2) === 0 ? rm : reg;
    const clears = (opcode === 0x31 || opcode === 0x33) && rm === reg;
    return writing(clears ? 'clear' : 'write', target, -1, length);
  }
  switch (opcode) {
    case 0x38:
    case 0x39:
    case 0x3a:
    case 0x3b:
    case 0x84:
    case 0x85:
    case 0x88:
      return make('test', length);
    case 0x63:
      return rm >= 0 && (rex & 8) !== 0 ? writing('extend', reg, rm, length) : undefined;
    case 0x89:
      // Only a 64-bit copy keeps the value whole.
      return writing((rex & 8) !== 0 ? 'move' : 'write', rm, reg, length);
    case 0x8b:
      return writing(rm >= 0 && (rex & 8) !== 0 ? 'move' : 'write', reg, rm, length);
    case 0x8d:
      return rm >= 0 ? undefined : writing('address', reg, base, length);
    case 0x80:
    case 0x83:
    case 0x81: {
      const whole = length + (opcode === 0x81 ? 4 : 1);
      return (reg & 7) === 7
        ? make('test', whole)
        : opcode === 0x80
          ? undefined
          : writing('write', rm, -1, whole);
    }
    case 0xc7:
      return (reg & 7) === 0 ? writing('write', rm, -1, length + 4) : undefined;
    case 0xf6:
    case 0xf7:
      return (reg & 7) === 0 ? make('test', length + (opcode === 0xf6 ? 1 : 4)) : undefined;
    default:
      return undefined;
  }
}

/**
 * Decodes the instruction at `at`; undefined for what is unknown, truncated or has a prefix that is not expected.
 * Never throws.
 */
export function decodeInstruction(code: Uint8Array, at: number): Instruction | undefined {
  const first = code[at];
  if (first === 0xf3) {
    const endbr = code[at + 1] === 0x0f && code[at + 2] === 0x1e && code[at + 3] === 0xfa;
    return endbr ? make('endbr64', 4) : undefined;
  }
  let next = at;
  let sized = false;
  let segment = false;
  while (code[next] === 0x66) {
    next += 1;
    sized = true;
  }
  if (code[next] === 0x64 || (sized && code[next] === 0x2e)) {
    next += 1;
    segment = true;
  }
  let rex = 0;
  const possibleRex = code[next];
  if (possibleRex !== undefined && (possibleRex & 0xf0) === 0x40) {
    rex = possibleRex;
    next += 1;
  }
  const opcode = code[next];
  if (opcode === undefined || next - at > 10) return undefined;
  // Behind an operand-size prefix only the long forms of nop are expected in a prologue.
  if (sized) {
    if (opcode === 0x90 && !segment) return make('nop', next + 1 - at);
    const two = opcode === 0x0f ? decodeTwoByte(code, at, next + 1, rex) : undefined;
    return two?.kind === 'nop' ? two : undefined;
  }
  if (segment && opcode !== 0x8b && opcode !== 0x2b && opcode !== 0x33) return undefined;
  if (opcode >= 0x50 && opcode <= 0x57)
    return make('push', next + 1 - at, { source: (opcode & 7) | ((rex & 1) << 3) });
  if (opcode >= 0x70 && opcode <= 0x7f) return relativeShort('branch', code, at, next + 1);
  if (opcode >= 0xb8 && opcode <= 0xbf && (rex & 8) === 0) {
    if (next + 5 > code.length) return undefined;
    return writing('write', (opcode & 7) | ((rex & 1) << 3), -1, next + 5 - at);
  }
  switch (opcode) {
    case 0x0f:
      return decodeTwoByte(code, at, next + 1, rex);
    case 0x90:
      return rex === 0 ? make('nop', next + 1 - at) : undefined;
    case 0xc3:
      return make('return', next + 1 - at);
    case 0xe8:
      return relative('call', code, at, next + 1);
    case 0xe9:
      return relative('jump', code, at, next + 1);
    case 0xeb:
      return relativeShort('jump', code, at, next + 1);
    default:
      return decodeWithOperands(code, at, next, rex);
  }
}
