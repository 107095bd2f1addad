import { describe, expect, test } from 'vitest';
import { decodeInstruction, register } from './x86.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('decoding a prologue instruction', () => {
  test.each([
    ['55', 'push rbp', { kind: 'push', length: 1, source: 5 }],
    ['41 57', 'push r15', { kind: 'push', length: 2, source: 15 }],
    ['f3 0f 1e fa', 'endbr64', { kind: 'endbr64', length: 4 }],
    ['90', 'nop', { kind: 'nop', length: 1 }],
    ['66 90', 'xchg ax, ax', { kind: 'nop', length: 2 }],
    ['0f 1f 44 00 00', 'nopl 0(rax,rax)', { kind: 'nop', length: 5 }],
    ['66 2e 0f 1f 84 00 00 00 00 00', 'nopw cs:0(rax,rax)', { kind: 'nop', length: 10 }],
    ['e8 10 00 00 00', 'call', { kind: 'call', length: 5, displacement: 16 }],
    ['e9 fb ff ff ff', 'jmp', { kind: 'jump', length: 5, displacement: -5 }],
    ['eb fe', 'jmp short', { kind: 'jump', length: 2, displacement: -2 }],
    ['78 2f', 'js short', { kind: 'branch', length: 2, displacement: 47 }],
    ['0f 84 97 03 00 00', 'je', { kind: 'branch', length: 6, displacement: 0x397 }],
    ['c3', 'ret', { kind: 'return', length: 1 }],
    ['48 83 ec 18', 'sub rsp, 24', { kind: 'stack', length: 4 }],
    ['48 81 ec 00 01 00 00', 'sub rsp, 256', { kind: 'stack', length: 7 }],
    ['48 89 e5', 'mov rbp, rsp', { kind: 'move', target: 5, source: register.rsp, length: 3 }],
    ['48 89 e1', 'mov rcx, rsp', { kind: 'move', target: register.rcx, source: register.rsp, length: 3 }],
    ['41 89 f4', 'mov r12d, esi', { kind: 'write', target: 12, length: 3 }],
    [
      '48 63 d2',
      'movsxd rdx, edx',
      { kind: 'extend', target: register.rdx, source: register.rdx, length: 3 },
    ],
    ['31 c0', 'xor eax, eax', { kind: 'clear', target: register.rax, length: 2 }],
    ['45 31 c0', 'xor r8d, r8d', { kind: 'clear', target: register.r8, length: 3 }],
    ['85 d2', 'test edx, edx', { kind: 'test', length: 2 }],
    ['48 83 7f 30 00', 'cmp qword [rdi+0x30], 0', { kind: 'test', length: 5 }],
    ['64 48 8b 04 25 28 00 00 00', 'mov rax, fs:0x28', { kind: 'write', target: register.rax, length: 9 }],
    ['48 89 44 24 08', 'mov [rsp+8], rax', { kind: 'test', length: 5 }],
    [
      '48 8d 4c 24 08',
      'lea rcx, [rsp+8]',
      { kind: 'address', target: register.rcx, source: register.rsp, length: 5 },
    ],
    ['b8 ff ff ff ff', 'mov eax, -1', { kind: 'write', target: register.rax, length: 5 }],
    ['8b 07', 'mov eax, [rdi]', { kind: 'write', target: register.rax, length: 2 }],
  ] as const)('%s is %s', (hex, _text, expected) => {
    expect(decodeInstruction(bytes(hex), 0)).toMatchObject(expected);
  });

  test.each([
    ['f0 0f c1 87', 'a locked instruction'],
    ['ff 60 08', 'an indirect jump'],
    ['c5 f8 77', 'a vector instruction'],
    ['f3 0f 1e fb', 'the 32-bit landing pad'],
    ['66 89 c8', 'a 16-bit copy'],
    ['0f 05', 'a system call'],
    ['cc', 'a breakpoint'],
    ['5d', 'a pop'],
  ])('%s, %s, is not known', (hex) => {
    expect(decodeInstruction(bytes(hex), 0)).toBeUndefined();
  });

  test('no cut-off instruction is read past its end', () => {
    const whole = bytes(
      '66 2e 0f 1f 84 00 00 00 00 00 48 8d 4c 24 08 e8 10 00 00 00 64 48 8b 04 25 28 00 00 00',
    );
    for (let length = 0; length <= whole.length; length++) {
      for (let at = 0; at <= length; at++) {
        const code = Uint8Array.from(whole.subarray(0, length));
        expect(() => decodeInstruction(code, at)).not.toThrow();
      }
    }
    expect(decodeInstruction(bytes('e8 10 00'), 0)).toBeUndefined();
    expect(decodeInstruction(bytes('48 8d'), 0)).toBeUndefined();
    expect(decodeInstruction(bytes(''), 0)).toBeUndefined();
  });
});
