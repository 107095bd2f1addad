// Compiles the BPF C to build/<family>.bpf.o. Needs clang, llvm-strip, libbpf's headers and the kernel's uapi headers;
// nothing of the running kernel. An object is rebuilt when any source or header is newer.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { arch } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'build');

const objects = [
  { name: 'wire', source: 'include/wire.bpf.c', flags: ['-Wpadded'] },
  { name: 'process', source: 'src/process/process.bpf.c' },
  { name: 'tls', source: 'src/tls/tls.bpf.c' },
  { name: 'tls_session', source: 'src/tls/tls_session.bpf.c' },
  { name: 'discovery', source: 'src/discovery/discovery.bpf.c' },
  { name: 'bench', source: 'src/bench/bench.bpf.c' },
];

/** Node's name of an architecture: libbpf's name (for the registers) and the multiarch folder of the uapi headers. */
const targets = {
  x64: { libbpf: 'x86', multiarch: 'x86_64-linux-gnu' },
  arm64: { libbpf: 'arm64', multiarch: 'aarch64-linux-gnu' },
};

function fail(message) {
  console.error(message);
  process.exit(1);
}

function findTool(name) {
  for (const candidate of [name, ...[20, 19, 18, 17, 16, 15, 14, 13].map((v) => `${name}-${v}`)]) {
    const run = spawnSync(candidate, ['--version'], { stdio: 'ignore' });
    if (run.error === undefined && run.status === 0) return candidate;
  }
  return undefined;
}

function newestSource() {
  const folders = [
    'include',
    'include/maps',
    'src/process',
    'src/tls',
    'src/discovery',
    'src/bench',
    'scripts',
  ];
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((file) => join(root, folder, file)))
    .filter((file) => /\.(c|h)$|build-bpf\.mjs$/.test(file))
    .reduce((newest, file) => Math.max(newest, statSync(file).mtimeMs), 0);
}

function findMissing(tools, target) {
  const missing = [];
  if (tools.clang === undefined) missing.push('clang');
  if (tools.strip === undefined) missing.push('llvm');
  if (!existsSync('/usr/include/bpf/bpf_helpers.h')) missing.push('libbpf-dev');
  if (target !== undefined && !existsSync(`/usr/include/${target.multiarch}/asm/types.h`))
    missing.push('linux-libc-dev');
  return missing;
}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) fail(`${command} failed for ${args.at(-1)}`);
}

function compile({ name, source, flags = [] }, tools, target) {
  const object = join(out, `${name}.bpf.o`);
  const unfinished = `${object}.${process.pid}`;
  run(tools.clang, [
    ...['-g', '-O2', '-target', 'bpf', '-mcpu=v3', `-D__TARGET_ARCH_${target.libbpf}`],
    ...['-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter', ...flags],
    ...['-Iinclude', `-I/usr/include/${target.multiarch}`, '-o', unfinished, '-c', source],
  ]);
  // Without DWARF; BTF and its relocations stay.
  run(tools.strip, ['-g', unfinished]);
  renameSync(unfinished, object);
}

const target = targets[arch()];
if (target === undefined) fail(`The BPF objects support x64 and arm64, not ${arch()}.`);
const tools = { clang: findTool('clang'), strip: findTool('llvm-strip') };
const missing = findMissing(tools, target);
if (missing.length > 0) {
  fail(
    `Can't build the BPF objects: missing ${missing.join(', ')}. On Debian and Ubuntu: apt-get install ${missing.join(' ')}`,
  );
}
mkdirSync(out, { recursive: true });
const newest = newestSource();
for (const object of objects) {
  const file = join(out, `${object.name}.bpf.o`);
  if (!existsSync(join(root, object.source))) continue;
  if (!process.argv.includes('--force') && existsSync(file) && statSync(file).mtimeMs > newest) continue;
  compile(object, tools, target);
  console.log(`built ${relative(root, file)}`);
}
