import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeRecord, limits, op, wireLayout } from '../gen/wire.ts';
import { readBtf, type BtfStruct } from '../src/btf.ts';
import { verifyObjectLayout } from '../src/layout.ts';

const objectUrl = (name: string): URL => new URL(`../build/${name}.bpf.o`, import.meta.url);
const families = ['process', 'tls', 'tls_session', 'discovery'];
const isBuilt = ['wire', ...families].every((name) => existsSync(objectUrl(name)));

/** Operation codes with the struct of their records. */
const structs: Record<keyof typeof op, keyof typeof wireLayout> = {
  processFork: 'process_fork',
  processExec: 'process_exec',
  processExit: 'process_exit',
  processSeen: 'process_exec',
  tlsData: 'tls_data',
  tlsState: 'tls_state',
  imageMapped: 'image_mapped',
};

/** Members that shape the record instead of being shown, or that only take certain values. */
const special = new Set(['path_len', 'cwd_len', 'args_len', 'len', 'direction', 'state']);

const camel = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function emptyRecord(struct: BtfStruct, code: number): Buffer {
  const bytes = Buffer.alloc(struct.size);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt32LE(struct.size, 4);
  const state = struct.members.find((member) => member.name === 'state');
  if (state !== undefined) bytes.writeUInt8(1, state.offset);
  return bytes;
}

function decode(bytes: Buffer): Record<string, unknown> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { ...decodeRecord(view, bytes, 0, bytes.length) };
}

function changedFields(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return Object.keys(before).filter(
    (key) => JSON.stringify(before[key], toText) !== JSON.stringify(after[key], toText),
  );
}

const toText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

describe.skipIf(!isBuilt)('the layout of records', () => {
  const btf = isBuilt ? readBtf(readFileSync(objectUrl('wire'))) : undefined;

  test.each(Object.entries(structs))(
    'the decoder of %s reads each member where the compiler put it',
    (name, structName) => {
      const struct = btf?.structs.get(structName);
      expect(struct).toBeDefined();
      if (struct === undefined) return;
      const code = op[name as keyof typeof op];
      const zero = decode(emptyRecord(struct, code));
      for (const member of struct.members) {
        if (member.name === 'header' || member.name.startsWith('pad') || special.has(member.name)) continue;
        const bytes = emptyRecord(struct, code);
        const isTime = member.name.endsWith('_ns') && member.size === 8;
        const field = isTime ? camel(member.name.replace(/_ns$/, '_us')) : camel(member.name);
        if (member.type === 'chars') {
          bytes.write('abc', member.offset);
          expect(decode(bytes)[field]).toBe('abc');
        } else {
          const value = isTime ? 5_000_000_001_999n : 0x12345678n;
          bytes.set(
            new Uint8Array(new BigUint64Array([value]).buffer).subarray(0, member.size),
            member.offset,
          );
          expect(String(decode(bytes)[field])).toBe(
            isTime ? '5000000001' : String(BigInt.asUintN(member.size * 8, value)),
          );
        }
        expect(changedFields(zero, decode(bytes))).toEqual([field]);
      }
    },
  );

  test('the layout the decoders were generated for is what the compiler made of the headers', () => {
    expect(Object.keys(wireLayout).sort()).toEqual([...(btf?.structs.keys() ?? [])].sort());
    for (const [name, layout] of Object.entries(wireLayout))
      expect(btf?.structs.get(name)).toMatchObject(layout);
  });

  test.each(families)('%s.bpf.o agrees with the decoders', (family) => {
    expect(verifyObjectLayout(readFileSync(objectUrl(family)))).toEqual([]);
  });

  test('an object with another layout is found out', () => {
    const elf = Buffer.from(readFileSync(objectUrl('tls')));
    const at = elf.indexOf('conn_ns\0');
    expect(at).toBeGreaterThan(0);
    elf.write('conn_nz', at);
    const found = verifyObjectLayout(elf).map(({ where }) => where);
    expect(found).toContain('tls_data.conn_ns');
    expect(found).toContain('tls_data.conn_nz');
  });

  test('limits match what user space sizes its buffers for', () => {
    expect(btf?.enums.get('eyrie_limits')?.values).toContainEqual({
      name: 'k_tls_chunk',
      value: limits.tlsChunk,
    });
  });
});

test('bytes that are no object are refused with a code', () => {
  expect(() => readBtf(Buffer.from('not an object'))).toThrow(
    expect.objectContaining({ code: 'BTF_INVALID' }),
  );
});
