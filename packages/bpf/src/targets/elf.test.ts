import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { withElf } from './elf.ts';
import { planTlsProbes } from './tls-functions.ts';

const folder = mkdtempSync(join(tmpdir(), 'eyrie-elf-'));
afterAll(() => rmSync(folder, { recursive: true }));

const textAddress = 0x401000;
const textOffset = 0x200;

/** A small 64-bit ELF file: one executable segment and one symbol table with the named functions, 16 bytes apart. */
function makeElf(names: readonly string[], table: 'dynsym' | 'symtab' = 'dynsym'): Buffer {
  const file = Buffer.alloc(0x1000);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeUInt16LE(62, 18);
  file.writeBigUInt64LE(64n, 32); // program headers
  file.writeBigUInt64LE(0x100n, 40); // section headers
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(3, 60);
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(5, 68);
  file.writeBigUInt64LE(BigInt(textOffset), 72);
  file.writeBigUInt64LE(BigInt(textAddress), 80);
  file.writeBigUInt64LE(0x200n, 96);
  const strings = Buffer.from(`\0${names.join('\0')}\0`, 'latin1');
  strings.copy(file, 0x800);
  const symbols = 0x400;
  names.forEach((name, index) => {
    const at = symbols + 24 * (index + 1);
    file.writeUInt32LE(strings.indexOf(`${name}\0`, 1, 'latin1'), at);
    file[at + 4] = 0x12;
    file.writeUInt16LE(1, at + 6);
    file.writeBigUInt64LE(BigInt(textAddress + 16 * index), at + 8);
    file.write('\x55\x48\x89\xe5', textOffset + 16 * index, 'latin1');
  });
  const section = (index: number, type: number, offset: number, size: number): void => {
    const at = 0x100 + 64 * index;
    file.writeUInt32LE(type, at + 4);
    file.writeBigUInt64LE(BigInt(offset), at + 24);
    file.writeBigUInt64LE(BigInt(size), at + 32);
    file.writeUInt32LE(2, at + 40);
  };
  section(1, table === 'dynsym' ? 11 : 2, symbols, 24 * (names.length + 1));
  section(2, 3, 0x800, strings.length);
  return file;
}

function put(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('reading ELF files', () => {
  test.each(['dynsym', 'symtab'] as const)(
    'functions are found in .%s with their place in the file',
    (table) => {
      const path = put(table, makeElf(['SSL_read', 'SSL_write', 'my_SSL_free'], table));
      const { value } = withElf(path, (elf) => {
        const found = elf.findFunctions(['SSL_read', 'SSL_write', 'SSL_free'], ['SSL_read']);
        return {
          found: [...found],
          offset: elf.fileOffset(textAddress + 16),
          code: elf.readCode(textAddress, 2),
        };
      });
      expect(value?.found).toEqual([
        ['SSL_read', textAddress],
        ['SSL_write', textAddress + 16],
      ]);
      expect(value?.offset).toBe(textOffset + 16);
      expect(value?.code).toEqual(Buffer.from([0x55, 0x48]));
    },
  );

  test('a library with the functions gets a probe on each, on an instruction that is cheap', () => {
    const names = ['SSL_read', 'SSL_write', 'SSL_do_handshake', 'SSL_free', 'SSL_CTX_set_grease_enabled'];
    const { value: plan } = withElf(put('boring', makeElf(names)), planTlsProbes);
    expect(plan?.library).toBe('boringssl');
    expect(
      plan?.probes.map(({ covers, offset, cookie, cheap }) => [covers.join(), offset, cookie, cheap]),
    ).toEqual([
      ['SSL_read', textOffset, 1, true],
      ['SSL_write', textOffset + 16, 2, true],
      ['SSL_do_handshake', textOffset + 32, 3, true],
      ['SSL_free', textOffset + 48, 5, true],
    ]);
  });

  test('a library with only half of the functions says which is missing', () => {
    const { value: plan } = withElf(put('half', makeElf(['SSL_read'])), planTlsProbes);
    expect(plan).toMatchObject({ probes: [], reason: 'the function SSL_write is missing' });
  });

  test('a file without TLS functions is none of our business', () => {
    const { value, refused } = withElf(put('plain', makeElf(['main'])), planTlsProbes);
    expect([value, refused]).toEqual([undefined, undefined]);
  });

  test.each([
    ['an empty file', Buffer.alloc(0), 'not_elf'],
    ['a script', Buffer.from('#!/bin/sh\n'.repeat(20)), 'not_elf'],
    ['a 32-bit file', Buffer.from(makeElf([])).fill(1, 4, 5), 'not_64_bit_little_endian'],
    ['a file that ends early', makeElf(['SSL_read']).subarray(0, 0x140), 'malformed'],
  ])('%s is refused', (name, bytes, expected) => {
    expect(withElf(put(name.replaceAll(' ', '-'), bytes), planTlsProbes).refused).toBe(expected);
  });

  test('what can not be opened is refused without waiting', () => {
    expect(withElf(join(folder, 'absent'), planTlsProbes).refused).toBe('unreadable');
    expect(withElf(folder, planTlsProbes).refused).toBe('not_elf');
  });

  test('no damaged file makes the reader throw', () => {
    const whole = makeElf(['SSL_read', 'SSL_write', 'SSL_read_ex', 'SSL_write_ex', 'SSL_free']);
    // A fixed linear congruential generator, so that a failure can be repeated (Numerical Recipes constants).
    let state = 1;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % below;
    };
    const outcomes = new Set<string>();
    for (let round = 0; round < 600; round++) {
      const damaged = Buffer.from(whole);
      for (let i = random(6); i >= 0; i--) {
        damaged[random(0x480)] = [0, 1, 0x7f, 0x80, 0xff, random(256)][random(6)] ?? 0;
      }
      const result = withElf(put('damaged', damaged), planTlsProbes);
      outcomes.add(result.refused ?? (result.value === undefined ? 'no functions' : 'plan'));
    }
    expect(outcomes).toContain('malformed');
    expect(outcomes).toContain('plan');
  });
});
