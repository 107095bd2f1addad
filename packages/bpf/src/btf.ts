/** One member of a C struct as BTF describes it. */
export interface BtfMember {
  readonly name: string;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  /** Bytes of the whole member. */
  readonly size: number;
  readonly type: 'unsigned' | 'signed' | 'chars' | 'array' | 'struct';
  /** Name of the struct, for type 'struct'. */
  readonly struct: string;
}

/** A C struct as BTF describes it. */
export interface BtfStruct {
  readonly name: string;
  readonly size: number;
  readonly members: readonly BtfMember[];
}

/** A C enum as BTF describes it. */
export interface BtfEnum {
  readonly name: string;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

/** What an object's BTF says, by type name. */
export interface Btf {
  readonly structs: ReadonlyMap<string, BtfStruct>;
  readonly enums: ReadonlyMap<string, BtfEnum>;
}

/** The bytes are not an ELF object with BTF. */
class BtfError extends Error {
  readonly code = 'BTF_INVALID';
}

interface RawType {
  readonly name: string;
  readonly kind: number;
  /** Size in bytes for sized kinds, otherwise the number of the type referred to. */
  readonly sizeOrType: number;
  readonly flag: boolean;
  readonly length: number;
  /** Where the kind's own data starts. */
  readonly at: number;
}

// Kinds of the BTF format, Documentation/bpf/btf.rst of the kernel, section 2.2.
const kindInt = 1;
const kindArray = 3;
const kindStruct = 4;
const kindUnion = 5;
const kindEnum = 6;
const kindTypedef = 8;
const kindVolatile = 9;
const kindConst = 10;
const kindRestrict = 11;
const kindFuncProto = 13;
const kindVar = 14;
const kindDatasec = 15;
const kindDeclTag = 17;
const kindTypeTag = 18;
const kindEnum64 = 19;

const aliases = new Set([kindTypedef, kindVolatile, kindConst, kindRestrict, kindTypeTag]);

function extraBytes(kind: number, length: number): number {
  switch (kind) {
    case kindInt:
    case kindVar:
    case kindDeclTag:
      return 4;
    case kindArray:
      return 12;
    case kindStruct:
    case kindUnion:
    case kindDatasec:
    case kindEnum64:
      return 12 * length;
    case kindEnum:
    case kindFuncProto:
      return 8 * length;
    default:
      return 0;
  }
}

function readCString(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.max(0, end - at)).toString('latin1');
}

/** Finds a section of a 64-bit little-endian ELF file; throws BtfError when there is none of that name. */
function findSection(elf: Uint8Array, wanted: string): Uint8Array {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  if (elf.byteLength < 64 || view.getUint32(0) !== 0x7f454c46 || elf[4] !== 2 || elf[5] !== 1) {
    throw new BtfError('not a 64-bit little-endian ELF file');
  }
  const table = Number(view.getBigUint64(40, true));
  const entrySize = view.getUint16(58, true);
  const section = (index: number): { name: number; offset: number; size: number } => {
    const at = table + index * entrySize;
    return {
      name: view.getUint32(at, true),
      offset: Number(view.getBigUint64(at + 24, true)),
      size: Number(view.getBigUint64(at + 32, true)),
    };
  };
  const names = section(view.getUint16(62, true));
  for (let index = 0; index < view.getUint16(60, true); index += 1) {
    const { name, offset, size } = section(index);
    if (readCString(elf, names.offset + name) === wanted) return elf.subarray(offset, offset + size);
  }
  throw new BtfError(`no section ${wanted}`);
}

function readTypes(btf: Uint8Array): RawType[] {
  const view = new DataView(btf.buffer, btf.byteOffset, btf.byteLength);
  if (btf.byteLength < 24 || view.getUint16(0, true) !== 0xeb9f) throw new BtfError('bad BTF magic');
  const headerSize = view.getUint32(4, true);
  const start = headerSize + view.getUint32(8, true);
  const end = start + view.getUint32(12, true);
  const strings = headerSize + view.getUint32(16, true);
  const types: RawType[] = [{ name: 'void', kind: 0, sizeOrType: 0, flag: false, length: 0, at: 0 }];
  for (let at = start; at < end;) {
    const info = view.getUint32(at + 4, true);
    const kind = (info >>> 24) & 0x1f;
    const length = info & 0xffff;
    types.push({
      name: readCString(btf, strings + view.getUint32(at, true)),
      kind,
      sizeOrType: view.getUint32(at + 8, true),
      flag: info >>> 31 === 1,
      length,
      at: at + 12,
    });
    at += 12 + extraBytes(kind, length);
  }
  return types;
}

/**
 * Reads the structs and enums in the BTF of a compiled BPF object. Unions, bit-fields and pointers, which the wire
 * contract forbids, come out as type 'struct' of size 0. Throws BtfError when the bytes aren't such an object.
 */
export function readBtf(elf: Uint8Array): Btf {
  const btf = findSection(elf, '.BTF');
  const view = new DataView(btf.buffer, btf.byteOffset, btf.byteLength);
  const types = readTypes(btf);
  const strings = view.getUint32(4, true) + view.getUint32(16, true);
  const nameAt = (at: number): string => readCString(btf, strings + view.getUint32(at, true));

  const resolve = (id: number): RawType => {
    let type = types[id];
    while (type !== undefined && aliases.has(type.kind)) type = types[type.sizeOrType];
    if (type === undefined) throw new BtfError(`no type ${id}`);
    return type;
  };
  const describe = (id: number): Pick<BtfMember, 'size' | 'type' | 'struct'> => {
    const type = resolve(id);
    if (type.kind === kindInt) {
      const signed = ((view.getUint32(type.at, true) >>> 24) & 1) === 1;
      return { size: type.sizeOrType, type: signed ? 'signed' : 'unsigned', struct: '' };
    }
    if (type.kind === kindArray) {
      const element = resolve(view.getUint32(type.at, true));
      const count = view.getUint32(type.at + 8, true);
      const size = element.kind === kindInt ? element.sizeOrType * count : 0;
      return { size, type: element.name === 'char' ? 'chars' : 'array', struct: '' };
    }
    return { size: type.kind === kindStruct ? type.sizeOrType : 0, type: 'struct', struct: type.name };
  };

  const structs = new Map<string, BtfStruct>();
  const enums = new Map<string, BtfEnum>();
  for (const type of types) {
    if (type.kind === kindStruct && type.name !== '') {
      const members = Array.from({ length: type.length }, (_, index) => {
        const at = type.at + 12 * index;
        const bits = view.getUint32(at + 8, true) & (type.flag ? 0xffffff : 0xffffffff);
        return { name: nameAt(at), offset: bits / 8, ...describe(view.getUint32(at + 4, true)) };
      });
      structs.set(type.name, { name: type.name, size: type.sizeOrType, members });
    } else if (type.kind === kindEnum && type.name !== '') {
      const values = Array.from({ length: type.length }, (_, index) => {
        const at = type.at + 8 * index;
        return { name: nameAt(at), value: view.getUint32(at + 4, true) };
      });
      enums.set(type.name, { name: type.name, values });
    }
  }
  return { structs, enums };
}
