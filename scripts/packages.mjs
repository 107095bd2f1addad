/**
 * The system packages Eyrie needs, by purpose, under their Debian and Ubuntu names.
 * `probe` is a file or command that shows the package's content is there, however it was installed.
 */
export const systemPackages = [
  { name: 'clang', for: 'build', probe: { command: 'clang' }, why: 'compiles the BPF programs' },
  {
    name: 'llvm',
    for: 'build',
    probe: { command: 'llvm-strip' },
    why: 'strips debug sections from BPF objects',
  },
  { name: 'bpftool', for: 'build', probe: { command: 'bpftool' }, why: 'reads BTF to generate the decoders' },
  {
    name: 'libbpf-dev',
    for: 'build',
    probe: { file: '/usr/include/bpf/libbpf.h' },
    why: 'loads BPF programs',
  },
  { name: 'libelf-dev', for: 'build', probe: { file: '/usr/include/libelf.h' }, why: 'needed by libbpf' },
  { name: 'zlib1g-dev', for: 'build', probe: { file: '/usr/include/zlib.h' }, why: 'needed by libbpf' },
  { name: 'g++', for: 'build', probe: { command: 'g++' }, why: 'compiles the addon' },
  { name: 'make', for: 'build', probe: { command: 'make' }, why: 'builds the addon' },
  { name: 'python3', for: 'build', probe: { command: 'python3' }, why: 'runs node-gyp' },
  {
    name: 'openssl',
    for: 'build',
    probe: { command: 'openssl' },
    why: 'makes certificates for the demo and nginx',
  },
  { name: 'curl', for: 'build', probe: { command: 'curl' }, why: 'is a client of the demo' },
  {
    name: 'nginx-light',
    for: 'test',
    probe: { command: 'nginx' },
    why: 'is the TLS proxy of the browser tests',
  },
  { name: 'chromium', for: 'test', probe: { command: 'chromium' }, why: 'is the browser of the tests' },
  {
    name: 'prometheus',
    for: 'test',
    probe: { command: 'promtool' },
    why: 'brings promtool, which checks /metrics',
  },
];
