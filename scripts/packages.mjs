import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The system packages Eyrie needs, by purpose, under their Debian and Ubuntu names.
 * `for` is `build` (kernel programs and addon), `demo` (used by `npm run demo` and the tests) or `test`.
 * `probe` is a file, or commands of which one is enough, that shows the package's content is there, however it came.
 */
export const systemPackages = [
  { name: 'clang', for: 'build', probe: { commands: ['clang'] }, why: 'compiles the BPF programs' },
  {
    name: 'llvm',
    for: 'build',
    probe: { commands: ['llvm-strip'] },
    why: 'strips debug sections from BPF objects',
  },
  {
    name: 'libbpf-dev',
    for: 'build',
    probe: { file: '/usr/include/bpf/libbpf.h' },
    why: 'loads BPF programs',
  },
  { name: 'libelf-dev', for: 'build', probe: { file: '/usr/include/libelf.h' }, why: 'needed by libbpf' },
  { name: 'zlib1g-dev', for: 'build', probe: { file: '/usr/include/zlib.h' }, why: 'needed by libbpf' },
  { name: 'g++', for: 'build', probe: { commands: ['g++'] }, why: 'compiles the addon' },
  { name: 'make', for: 'build', probe: { commands: ['make'] }, why: 'builds the addon' },
  { name: 'python3', for: 'build', probe: { commands: ['python3'] }, why: 'runs node-gyp' },
  {
    name: 'openssl',
    for: 'demo',
    probe: { commands: ['openssl'] },
    why: 'makes certificates for the demo and nginx',
  },
  { name: 'curl', for: 'demo', probe: { commands: ['curl'] }, why: 'is a client of the demo' },
  {
    name: 'nginx-light',
    for: 'test',
    probe: { commands: ['nginx'] },
    why: 'is the TLS proxy of the browser tests',
  },
  { name: 'chromium', for: 'test', probe: { commands: ['chromium'] }, why: 'is the browser of the tests' },
  {
    name: 'prometheus',
    for: 'test',
    probe: { commands: ['promtool'] },
    why: 'brings promtool, which checks /metrics',
  },
];

/** Whether a command can be started, here or in the folders of root's commands, which are not on everybody's PATH. */
export function onPath(command) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether what a package of the list brings is there. */
export const isPresent = ({ probe }) =>
  probe.file === undefined ? probe.commands.some(onPath) : existsSync(probe.file);
