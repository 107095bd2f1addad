import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Why a file is not an ELF file this parser can use. */
export type ElfRefusal = 'not_elf' | 'not_64_bit_little_endian' | 'malformed' | 'unreadable';

/** A loaded segment: where a range of the file appears in memory. */
interface Segment {
  readonly address: number;
  readonly offset: number;
  readonly fileSize: number;
  readonly executable: boolean;
}

/** An open ELF file and what is needed to look functions up in it. */
export interface ElfFile {
  readonly machine: 'x86-64' | 'aarch64' | 'other';
  /**
   * Virtual addresses of those of `names` that are defined functions: from .dynsym, and from .symtab unless .dynsym has
   * all of `enough`.
   */
  findFunctions(names: readonly string[], enough: readonly string[]): ReadonlyMap<string, number>;
  /** File offset of a virtual address in an executable segment; undefined outside. */
  fileOffset(address: number): number | undefined;
  /** Bytes of the file at a virtual address of an executable segment, at most `length`, undefined outside. */
  readonly readCode: (address: number, length: number) => Uint8Array | undefined;
}

/** Numbers of the ELF specification (System V gABI, chapters 4 and 5). */
const headerSize = 64;
const programHeaderSize = 56;
const sectionHeaderSize = 64;
const symbolSize = 24;
const typeLoad = 1;
const flagExecute = 1;
const sectionSymtab = 2;
const sectionDynsym = 11;
const symbolFunction = 2;

/** Bounds on what a hostile file can make us read. */
const maxProgramHeaders = 512;
const maxSectionHeaders = 8192;
const maxTableBytes = 48 * 1024 * 1024;

class MalformedElf extends Error {}

interface OpenFile {
  readonly fd: number;
  readonly size: number;
}

function readRange({ fd, size }: OpenFile, offset: number, length: number): Buffer {
  if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > size) {
    throw new MalformedElf('range outside the file');
  }
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const count = readSync(fd, bytes, done, length - done, offset + done);
    if (count === 0) throw new MalformedElf('file ends early');
    done += count;
  }
  return bytes;
}

/** A 64-bit field as a number; what does not fit becomes infinite and fails every bounds check. */
function field64(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value);
}

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

function readSegments(file: OpenFile, header: Buffer): Segment[] {
  const count = header.readUInt16LE(56);
  if (count === 0) return [];
  if (count > maxProgramHeaders || header.readUInt16LE(54) !== programHeaderSize)
    throw new MalformedElf('headers');
  const table = readRange(file, field64(header, 32), count * programHeaderSize);
  const segments: Segment[] = [];
  for (let at = 0; at < table.length; at += programHeaderSize) {
    if (table.readUInt32LE(at) !== typeLoad) continue;
    segments.push({
      address: field64(table, at + 16),
      offset: field64(table, at + 8),
      fileSize: field64(table, at + 32),
      executable: (table.readUInt32LE(at + 4) & flagExecute) !== 0,
    });
  }
  return segments;
}

function readSections(file: OpenFile, header: Buffer): Section[] {
  const count = header.readUInt16LE(60);
  if (count === 0) return [];
  if (count > maxSectionHeaders || header.readUInt16LE(58) !== sectionHeaderSize)
    throw new MalformedElf('sections');
  const table = readRange(file, field64(header, 40), count * sectionHeaderSize);
  const sections: Section[] = [];
  for (let at = 0; at < table.length; at += sectionHeaderSize) {
    sections.push({
      type: table.readUInt32LE(at + 4),
      offset: field64(table, at + 24),
      size: field64(table, at + 32),
      link: table.readUInt32LE(at + 40),
    });
  }
  return sections;
}

/** Offsets in a string table at which exactly one of the names lies, with the name. */
function findNames(strings: Buffer, names: readonly string[]): Map<number, string> {
  const offsets = new Map<number, string>();
  for (const name of names) {
    const needle = Buffer.from(`${name}\0`, 'latin1');
    // A name may also be the tail of a longer one ("my_SSL_read"): linkers share such strings, so every place counts.
    for (let at = strings.indexOf(needle); at >= 0; at = strings.indexOf(needle, at + 1))
      offsets.set(at, name);
  }
  return offsets;
}

function findInTable(
  file: OpenFile,
  [table, names]: readonly [Section, Section],
  wanted: readonly string[],
): Map<string, number> {
  const found = new Map<string, number>();
  if (table.size > maxTableBytes || names.size > maxTableBytes)
    throw new MalformedElf('symbol table too large');
  const strings = readRange(file, names.offset, names.size);
  const offsets = findNames(strings, wanted);
  if (offsets.size === 0) return found;
  const symbols = readRange(file, table.offset, table.size - (table.size % symbolSize));
  for (let at = 0; at < symbols.length; at += symbolSize) {
    const name = offsets.get(symbols.readUInt32LE(at));
    if (name === undefined) continue;
    const type = (symbols[at + 4] ?? 0) & 0xf;
    const section = symbols.readUInt16LE(at + 6);
    const address = field64(symbols, at + 8);
    if (type === symbolFunction && section !== 0 && address !== 0) found.set(name, address);
  }
  return found;
}

function machineOf(header: Buffer): ElfFile['machine'] {
  const machine = header.readUInt16LE(18);
  return machine === 62 ? 'x86-64' : machine === 183 ? 'aarch64' : 'other';
}

/** Tables worth looking into, the small exported one first. */
function symbolTables(sections: readonly Section[]): [Section, Section][] {
  return [sectionDynsym, sectionSymtab].flatMap((type) =>
    sections
      .filter((section) => section.type === type)
      .flatMap((section): [Section, Section][] => {
        const strings = sections[section.link];
        return strings === undefined ? [] : [[section, strings]];
      }),
  );
}

function openElf(file: OpenFile): ElfFile | ElfRefusal {
  if (file.size < headerSize) return 'not_elf';
  const header = readRange(file, 0, headerSize);
  if (header.readUInt32BE(0) !== 0x7f454c46) return 'not_elf';
  if (header[4] !== 2 || header[5] !== 1) return 'not_64_bit_little_endian';
  const segments = readSegments(file, header).filter((segment) => segment.executable);
  const sections = readSections(file, header);
  const locate = (address: number): { segment: Segment; within: number } | undefined => {
    const segment = segments.find((s) => address >= s.address && address < s.address + s.fileSize);
    return segment === undefined ? undefined : { segment, within: address - segment.address };
  };
  return {
    machine: machineOf(header),
    findFunctions(names, enough) {
      const found = new Map<string, number>();
      for (const tables of symbolTables(sections)) {
        const missing = names.filter((name) => !found.has(name));
        if (enough.every((name) => found.has(name))) break;
        for (const [name, address] of findInTable(file, tables, missing)) found.set(name, address);
      }
      return found;
    },
    fileOffset(address) {
      const place = locate(address);
      return place === undefined ? undefined : place.segment.offset + place.within;
    },
    readCode(address, length) {
      const place = locate(address);
      if (place === undefined) return undefined;
      const available = Math.min(length, place.segment.fileSize - place.within);
      try {
        return readRange(file, place.segment.offset + place.within, available);
      } catch {
        return undefined;
      }
    },
  };
}

/** The file could not be used, and why, in a stable word. */
export interface ElfResult<T> {
  readonly refused?: ElfRefusal;
  readonly value?: T;
}

/**
 * Opens an ELF file, lets `use` look into it and closes it. Reads only headers, symbol tables and what `use` asks for.
 * `openPath` names the open file itself, whatever becomes of the path meanwhile. Malformed files are an outcome, not an
 * error: never throws.
 */
export function withElf<T>(path: string, use: (elf: ElfFile, openPath: string) => T): ElfResult<T> {
  let fd: number;
  try {
    // Whatever is put there meanwhile, opening it must not wait.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return { refused: 'unreadable' };
  }
  try {
    const status = fstatSync(fd);
    if (!status.isFile()) return { refused: 'not_elf' };
    const elf = openElf({ fd, size: status.size });
    return typeof elf === 'string' ? { refused: elf } : { value: use(elf, `/proc/self/fd/${fd}`) };
  } catch (error) {
    return {
      refused: error instanceof MalformedElf || error instanceof RangeError ? 'malformed' : 'unreadable',
    };
  } finally {
    closeSync(fd);
  }
}
