// Writes gen/wire.ts from the BTF of build/wire.bpf.o; with --check only says whether that would change it.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBtf } from '../src/btf.ts';
import { writeWireModule } from './wire-module.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'gen', 'wire.ts');

let elf;
try {
  elf = readFileSync(join(root, 'build', 'wire.bpf.o'));
} catch {
  console.error('build/wire.bpf.o is missing: run node scripts/build-bpf.mjs first.');
  process.exit(1);
}

const text = writeWireModule(readBtf(elf));
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('gen/wire.ts differs from the C headers: run node scripts/generate.mjs and commit it.');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
