import { describe, expect, test } from 'vitest';
import { findAttachPoint, findConvergence, type ReadCode } from './attach-point.ts';

/** Code at addresses; the rest of the address space is absent. */
function program(parts: Readonly<Record<number, string>>): ReadCode {
  const pieces = Object.entries(parts).map(([at, hex]) => ({
    at: Number(at),
    code: Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'),
  }));
  return (address, length) => {
    const piece = pieces.find(({ at, code }) => address >= at && address < at + code.length);
    return piece?.code.subarray(address - piece.at, address - piece.at + length);
  };
}

/** `call` or `jmp` from the end of an instruction at `end` to `to`. */
function near(opcode: 'e8' | 'e9', end: number, to: number): string {
  const displacement = Buffer.alloc(4);
  displacement.writeInt32LE(to - end);
  return opcode + displacement.toString('hex');
}

describe('where a probe is put', () => {
  test.each([
    ['a push at the start', '55 48 89 e5', { address: 0x1000, instruction: 'push', cheap: true }],
    [
      'a push behind a landing pad',
      'f3 0f 1e fa 55 48 89 e5',
      { address: 0x1004, instruction: 'push', cheap: true },
    ],
    [
      'a branch behind a test',
      '48 85 ff 0f 84 97 03 00 00',
      { address: 0x1003, instruction: 'branch', cheap: true },
    ],
    [
      'a frame that is made first',
      '48 83 ec 18 e8 00 00 00 00',
      { address: 0x1000, instruction: 'stack', cheap: false },
    ],
    [
      'a landing pad and a frame',
      'f3 0f 1e fa 48 83 ec 18 53',
      { address: 0x1000, instruction: 'endbr64', cheap: false },
    ],
    [
      'an argument that is overwritten first',
      '48 89 f7 53',
      { address: 0x1000, instruction: 'move', cheap: false },
    ],
    [
      'an instruction that is not known',
      'c5 f8 77 53',
      { address: 0x1000, instruction: 'unknown', cheap: false },
    ],
    ['a return', '31 c0 c3 53', { address: 0x1000, instruction: 'clear', cheap: false }],
  ])('%s', (_name, hex, expected) => {
    expect(findAttachPoint(program({ 0x1000: hex }), 0x1000)).toEqual(expected);
  });

  test('without code the first instruction stays', () => {
    expect(findAttachPoint(() => undefined, 0x1000)).toEqual({
      address: 0x1000,
      instruction: 'unknown',
      cheap: false,
    });
  });
});

describe('the function that both public forms call', () => {
  // sub rsp, 24; mov rax, fs:40; mov [rsp+8], rax; xor eax, eax; test edx, edx; js +0
  const frame = '4883ec18 64488b042528000000 4889442408 31c0 85d2 7800';
  const frameBytes = 4 + 9 + 5 + 2 + 2 + 2;
  const worker = 0x2000;

  test('is found with the pointer in the fourth argument', () => {
    const end = 0x1000 + frameBytes + 3 + 3 + 5;
    const read = program({
      0x1000: `${frame} 4889e1 4863d2 ${near('e8', end, worker)}`,
      0x1100: `4883ec08 ${near('e8', 0x1109, worker)}`,
    });
    expect(findConvergence(read, 0x1000, 0x1100)).toEqual({ address: worker, doneArgument: 4 });
  });

  test('is found with flags in between and through another public function', () => {
    // mov r8, rsp; movsxd rdx, edx; xor ecx, ecx; call
    const end = 0x1000 + frameBytes + 3 + 3 + 2 + 5;
    const read = program({
      0x1000: `${frame} 4989e0 4863d2 31c9 ${near('e8', end, worker)}`,
      // SSL_write_ex: mov r8, rcx; xor ecx, ecx; jmp SSL_write_ex2
      0x1100: `4989c8 31c9 ${near('e9', 0x110a, 0x1200)}`,
      0x1200: `4883ec08 ${near('e8', 0x1209, worker)}`,
    });
    expect(findConvergence(read, 0x1000, 0x1100)).toEqual({ address: worker, doneArgument: 5 });
  });

  test.each([
    ['they call different functions', '4889e1 4863d2', `4883ec08 ${near('e8', 0x1109, 0x3000)}`],
    ['the buffer was changed', '4889fe 4889e1', `4883ec08 ${near('e8', 0x1109, worker)}`],
    ['the pointer is not one', '31c9 4863d2 90', `4883ec08 ${near('e8', 0x1109, worker)}`],
    ['the other form changes an argument', '4889e1 4863d2', `4889f7 90 ${near('e8', 0x1109, worker)}`],
  ])('is not guessed when %s', (_name, setup, exForm) => {
    const length = setup.replaceAll(' ', '').length / 2;
    const end = 0x1000 + frameBytes + length + 5;
    const read = program({ 0x1000: `${frame} ${setup} ${near('e8', end, worker)}`, 0x1100: exForm });
    expect(findConvergence(read, 0x1000, 0x1100)).toBeUndefined();
  });
});
