import { wireLayout } from '../gen/wire.ts';
import { readBtf } from './btf.ts';

/** One place where an object and the decoders disagree. */
export interface LayoutDifference {
  /** Struct, or struct.member. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

interface Layout {
  readonly size: number;
  readonly members: readonly {
    readonly name: string;
    readonly offset: number;
    readonly size: number;
    readonly type: string;
  }[];
}

const describe = (member: Layout['members'][number]): string =>
  `${member.type} of ${member.size} bytes at ${member.offset}`;

function compareStruct(name: string, expected: Layout, found: Layout): LayoutDifference[] {
  const differences: LayoutDifference[] = [];
  if (expected.size !== found.size) {
    differences.push({ where: name, expected: `${expected.size} bytes`, found: `${found.size} bytes` });
  }
  const names = new Set([...expected.members, ...found.members].map((member) => member.name));
  for (const memberName of names) {
    const wanted = expected.members.find((member) => member.name === memberName);
    const actual = found.members.find((member) => member.name === memberName);
    const wantedText = wanted === undefined ? 'absent' : describe(wanted);
    const actualText = actual === undefined ? 'absent' : describe(actual);
    if (wantedText !== actualText) {
      differences.push({ where: `${name}.${memberName}`, expected: wantedText, found: actualText });
    }
  }
  return differences;
}

/**
 * Compares every struct of the wire contract that a compiled BPF object holds in its BTF with the generated decoders.
 * Empty when they agree. Throws BtfError when the bytes are not an object with BTF.
 */
export function verifyObjectLayout(elf: Uint8Array): LayoutDifference[] {
  const { structs } = readBtf(elf);
  const expected: Readonly<Record<string, Layout>> = wireLayout;
  return Object.entries(expected).flatMap(([name, layout]) => {
    const found = structs.get(name);
    return found === undefined ? [] : compareStruct(name, layout, found);
  });
}
