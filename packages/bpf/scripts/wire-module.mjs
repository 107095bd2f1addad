// Turns the BTF of the wire contract into the text of gen/wire.ts.
import { createHash } from 'node:crypto';

/** Record kinds whose struct has another name than the kind. */
const structOfKind = { process_seen: 'process_exec' };

/** 64-bit members that may exceed 2^53: they become bigint. */
const bigintMembers = new Set(['inode', 'exe_inode']);

/** Members that hold an enum and are decoded to its names. */
const enumMembers = {
  'tls_data.direction': 'eyrie_tls_direction',
  'tls_state.state': 'eyrie_tls_state_kind',
};

/** What follows the fixed part: member with the length in bytes, field it becomes, how it is decoded. */
const payloads = {
  process_exec: [
    { length: 'path_len', field: 'path', as: 'string' },
    { length: 'cwd_len', field: 'cwd', as: 'string' },
    { length: 'args_len', field: 'args', as: 'strings' },
  ],
  tls_data: [{ length: 'len', field: 'payload', as: 'bytes' }],
};

const payloadTypes = { string: 'string', strings: 'readonly string[]', bytes: 'Uint8Array' };

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(`_${name}`);

const isMicroseconds = (member) => member.name.endsWith('_ns') && member.size === 8;

function fieldName(member) {
  return camel(isMicroseconds(member) ? member.name.replace(/_ns$/, '_us') : member.name);
}

function fieldType(struct, member) {
  if (enumMembers[`${struct.name}.${member.name}`])
    return pascal(enumMembers[`${struct.name}.${member.name}`].replace('eyrie_', ''));
  if (member.type === 'chars') return 'string';
  return bigintMembers.has(member.name) ? 'bigint' : 'number';
}

function readExpression(struct, member) {
  const at = member.offset === 0 ? 'at' : `at + ${member.offset}`;
  const names = enumMembers[`${struct.name}.${member.name}`];
  if (names) return `${camel(names.replace('eyrie_', ''))}Names[view.getUint8(${at})]`;
  if (member.type === 'chars') return `readChars(bytes, ${at}, ${member.size})`;
  if (isMicroseconds(member)) return `readMicroseconds(view, ${at})`;
  if (bigintMembers.has(member.name)) return `view.getBigUint64(${at}, true)`;
  const sign = member.type === 'signed' ? 'Int' : 'Uint';
  if (member.size === 8)
    return member.type === 'signed' ? `Number(view.getBigInt64(${at}, true))` : `readCount(view, ${at})`;
  return member.size === 1 ? `view.get${sign}8(${at})` : `view.get${sign}${member.size * 8}(${at}, true)`;
}

const visibleMembers = (struct) =>
  struct.members.filter(({ name }) => name !== 'header' && !/^pad\d*$/.test(name));

function interfaceText(kind, struct) {
  const lengths = new Set((payloads[struct.name] ?? []).map(({ length }) => length));
  const fields = visibleMembers(struct).filter(({ name }) => !lengths.has(name) || name === 'len');
  return [
    `/** struct ${struct.name} of wire.h with operation k_op_${kind}. */`,
    `export interface ${pascal(kind)} {`,
    `  readonly kind: '${kind}';`,
    '  readonly flags: number;',
    '  readonly ktimeUs: number;',
    ...fields.map((member) => `  readonly ${fieldName(member)}: ${fieldType(struct, member)};`),
    ...(payloads[struct.name] ?? []).map(({ field, as }) => `  readonly ${field}: ${payloadTypes[as]};`),
    '}',
    '',
  ];
}

function decoderText(kind, struct) {
  const parts = payloads[struct.name] ?? [];
  const lengths = new Set(parts.map(({ length }) => length));
  const byName = new Map(struct.members.map((member) => [member.name, member]));
  const readsBytes =
    struct.members.some(({ type }) => type === 'chars') || parts.some(({ as }) => as !== 'bytes');
  const bytes = readsBytes ? 'bytes' : '_bytes';
  const lines = [
    `/** Decodes the record of ${struct.size} bytes and more at an offset; undefined when it is malformed. */`,
    `export function decode${pascal(kind)}(view: DataView, ${bytes}: Buffer, at: number, size: number): ${pascal(kind)} | undefined {`,
    `  if (size < ${struct.size}) return undefined;`,
  ];
  let start = `at + ${struct.size}`;
  for (const { length, field } of parts) {
    lines.push(`  const ${field}At = ${start};`);
    lines.push(`  const ${field}End = ${field}At + ${readExpression(struct, byName.get(length))};`);
    start = `${field}End`;
  }
  if (parts.length > 0) lines.push(`  if (${start} > at + size) return undefined;`);
  const named = visibleMembers(struct).filter(({ name }) => enumMembers[`${struct.name}.${name}`]);
  for (const member of named) {
    lines.push(`  const ${fieldName(member)} = ${readExpression(struct, member)};`);
    lines.push(`  if (${fieldName(member)} === undefined) return undefined;`);
  }
  lines.push(
    '  return {',
    `    kind: '${kind}',`,
    '    flags: view.getUint16(at + 2, true),',
    '    ktimeUs: readMicroseconds(view, at + 8),',
  );
  for (const member of visibleMembers(struct)) {
    if (lengths.has(member.name) && member.name !== 'len') continue;
    lines.push(
      named.includes(member)
        ? `    ${fieldName(member)},`
        : `    ${fieldName(member)}: ${readExpression(struct, member)},`,
    );
  }
  for (const { field, as } of parts) {
    if (as === 'bytes')
      lines.push(
        `    ${field}: new Uint8Array(view.buffer, view.byteOffset + ${field}At, ${field}End - ${field}At),`,
      );
    if (as === 'string') lines.push(`    ${field}: bytes.toString('utf8', ${field}At, ${field}End),`);
    if (as === 'strings') lines.push(`    ${field}: readStrings(bytes, ${field}At, ${field}End),`);
  }
  return [...lines, '  };', '}', ''];
}

function commonPrefix(names) {
  if (names.length === 1) return 'k_';
  let prefix = names[0];
  for (const name of names) while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix.slice(0, prefix.lastIndexOf('_') + 1);
}

function enumText({ name, values }) {
  const short = name.replace('eyrie_', '');
  const prefix = commonPrefix(values.map((value) => value.name));
  const lines = [
    `/** enum ${name} of the C headers. */`,
    `export const ${camel(short)} = {`,
    ...values.map((value) => `  ${camel(value.name.slice(prefix.length))}: ${value.value},`),
    '} as const;',
    '',
  ];
  if (Object.values(enumMembers).includes(name)) {
    const names = values.map((value) => `'${value.name.slice(prefix.length)}'`);
    lines.push(`export type ${pascal(short)} = ${names.join(' | ')};`);
    lines.push(`const ${camel(short)}Names: Readonly<Record<number, ${pascal(short)} | undefined>> = {`);
    for (const value of values) lines.push(`  ${value.value}: '${value.name.slice(prefix.length)}',`);
    lines.push('};', '');
  }
  return lines;
}

function layoutLines(structs) {
  return structs.flatMap(({ name, size, members }) => [
    `  ${name}: {`,
    `    size: ${size},`,
    '    members: [',
    ...members.map(
      (m) =>
        `      { name: '${m.name}', offset: ${m.offset}, size: ${m.size}, type: '${m.type}', struct: '${m.struct}' },`,
    ),
    '    ],',
    '  },',
  ]);
}

const runtime = `/** Counts of one pass over a batch. */
export interface DecodeResult {
  /** Records handed to the visitor. */
  readonly records: number;
  /** Records with an operation this build doesn't know: skipped by their size. */
  readonly unknown: number;
  /** Malformed records: shorter than they say, cut off at the end of the batch, or with an impossible value. */
  readonly short: number;
}

// 2^32 nanoseconds are 4294967 microseconds and 296 nanoseconds: exact for every 64-bit value, without bigint.
function readMicroseconds(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  return high * 4294967 + Math.floor((high * 296 + view.getUint32(at, true)) / 1000);
}

// Exact up to 2^53: addresses, stream positions and cgroup ids stay below.
function readCount(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
}

function readChars(bytes: Buffer, at: number, size: number): string {
  let end = at;
  while (end < at + size && bytes[end] !== 0) end += 1;
  return bytes.toString('utf8', at, end);
}

function readStrings(bytes: Buffer, at: number, end: number): string[] {
  if (at === end) return [];
  const last = bytes[end - 1] === 0 ? end - 1 : end;
  return bytes.toString('utf8', at, last).split('\\0');
}
`;

function iteratorText(kinds, codeOf) {
  return `/** Decodes the record at an offset; undefined when its operation is unknown or it is malformed. */
export function decodeRecord(view: DataView, bytes: Buffer, at: number, size: number): WireRecord | undefined {
  switch (view.getUint16(at, true)) {
${kinds.map((kind) => `    case ${codeOf(kind)}:\n      return decode${pascal(kind)}(view, bytes, at, size);`).join('\n')}
    default:
      return undefined;
  }
}

/**
 * Visits every record of a batch in order. Records lie one after another, each padded to 8 bytes. Payloads are views
 * into the batch: copy what outlives it. Unknown and short records are counted and skipped; never throws by itself.
 */
export function forEachRecord(batch: Uint8Array, visit: (record: WireRecord) => void): DecodeResult {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
  const end = batch.byteLength;
  let records = 0;
  let unknown = 0;
  let short = 0;
  let at = 0;
  while (at < end) {
    const size = at + headerSize <= end ? view.getUint32(at + 4, true) : 0;
    if (size < headerSize || at + size > end) {
      short += 1;
      break;
    }
    const record = decodeRecord(view, bytes, at, size);
    if (record !== undefined) {
      records += 1;
      visit(record);
    } else if (isKnownOp(view.getUint16(at, true))) {
      short += 1;
    } else {
      unknown += 1;
    }
    at += (size + 7) & ~7;
  }
  return { records, unknown, short };
}

function isKnownOp(op: number): boolean {
  return ${kinds.map((kind) => `op === ${codeOf(kind)}`).join(' || ')};
}
`;
}

/** The hash of the layout: 16 hexadecimal digits that change with any size, offset, type or operation code. */
export function hashLayout({ structs, enums }) {
  const canonical = JSON.stringify([
    [...structs.values()].sort((a, b) => a.name.localeCompare(b.name)),
    [...enums.values()].sort((a, b) => a.name.localeCompare(b.name)),
  ]);
  return createHash('sha256').update(canonical).digest('hex').slice(0, 16);
}

/** The text of gen/wire.ts for what readBtf found in the contract's object. */
export function writeWireModule(btf) {
  const ops = btf.enums
    .get('eyrie_op')
    .values.map(({ name, value }) => ({ kind: name.replace('k_op_', ''), value }));
  const structOf = (kind) => {
    const struct = btf.structs.get(structOfKind[kind] ?? kind);
    if (struct === undefined) throw new Error(`operation ${kind} has no struct in include/wire.bpf.c`);
    return struct;
  };
  const kinds = ops.map(({ kind }) => kind);
  const codeOf = (kind) => ops.find((op) => op.kind === kind).value;
  const structs = [...btf.structs.values()].sort((a, b) => a.name.localeCompare(b.name));
  return [
    '// Generated by scripts/generate.mjs from the BTF of include/wire.h and include/control.h. Do not edit.',
    '',
    '/** Changes with any size, offset, type or constant of the contract; goes into trace files. */',
    `export const wireHash = '${hashLayout(btf)}';`,
    '',
    `const headerSize = ${btf.structs.get('record_header').size};`,
    '',
    ...[...btf.enums.values()].flatMap(enumText),
    ...kinds.flatMap((kind) => interfaceText(kind, structOf(kind))),
    '/** Any record of the kernel, told apart by `kind`. */',
    `export type WireRecord =\n${kinds.map((kind) => `  | ${pascal(kind)}`).join('\n')};`,
    '',
    runtime,
    ...kinds.flatMap((kind) => decoderText(kind, structOf(kind))),
    iteratorText(kinds, codeOf),
    '/** Where each member of each struct lies, as this module decodes it; compared with the BTF of objects at start-up. */',
    'export const wireLayout = {',
    ...layoutLines(structs),
    '} as const;',
    '',
  ].join('\n');
}
