import { tlsCall, tlsCookie } from '../../gen/wire.ts';
import { findAttachPoint, findConvergence, type AttachPoint } from './attach-point.ts';
import type { ElfFile } from './elf.ts';

/** A TLS implementation, as far as its symbols tell. */
export type TlsLibrary = 'openssl' | 'boringssl' | 'gnutls' | 'nss';

/** One place to attach to. */
export interface TlsProbe {
  /** The function of the library's interface that this place stands for. */
  readonly covers: readonly string[];
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly cookie: number;
  readonly instruction: AttachPoint['instruction'];
  /** Whether the kernel emulates the instruction there. */
  readonly cheap: boolean;
}

/** What to attach in one file, the same on every machine. */
export interface TlsPlan {
  readonly library: TlsLibrary;
  readonly probes: readonly TlsProbe[];
  /** Why the file is not captured, when it is not. */
  readonly reason?: string;
}

const plainCalls: readonly (readonly [name: string, call: number])[] = [
  ['SSL_do_handshake', tlsCall.handshake],
  ['SSL_shutdown', tlsCall.shutdown],
  ['SSL_free', tlsCall.free],
  ['SSL_set_fd', tlsCall.setFd],
];

const dataCalls: readonly (readonly [plain: string, ex: string, call: number])[] = [
  ['SSL_read', 'SSL_read_ex', tlsCall.read],
  ['SSL_write', 'SSL_write_ex', tlsCall.write],
];

/** Symbols that tell implementations apart. */
const boringMarker = 'SSL_CTX_set_grease_enabled';
const gnutlsMarker = 'gnutls_record_send';
const nssMarker = 'SSL_ImportFD';

const wantedNames: readonly string[] = [
  ...plainCalls.map(([name]) => name),
  ...dataCalls.flatMap(([plain, ex]) => [plain, ex]),
  boringMarker,
  gnutlsMarker,
  nssMarker,
];

type Functions = ReadonlyMap<string, number>;

function probeAt(elf: ElfFile, point: AttachPoint, covers: readonly string[], cookie: number): TlsProbe[] {
  const offset = elf.fileOffset(point.address);
  return offset === undefined
    ? []
    : [{ covers, offset, cookie, instruction: point.instruction, cheap: point.cheap }];
}

/** On other machines the first instruction is taken as it is. */
function attachPointOf(elf: ElfFile, address: number): AttachPoint {
  return elf.machine === 'x86-64'
    ? findAttachPoint(elf.readCode, address)
    : { address, instruction: 'unknown', cheap: false };
}

function planData(
  elf: ElfFile,
  functions: Functions,
  [plain, ex, call]: (typeof dataCalls)[number],
): TlsProbe[] {
  const plainAddress = functions.get(plain);
  const exAddress = functions.get(ex);
  if (plainAddress === undefined) return [];
  const plainPoint = attachPointOf(elf, plainAddress);
  if (!plainPoint.cheap && elf.machine === 'x86-64' && exAddress !== undefined) {
    const worker = findConvergence(elf.readCode, plainAddress, exAddress);
    const point = worker === undefined ? undefined : findAttachPoint(elf.readCode, worker.address);
    if (worker !== undefined && point?.cheap === true) {
      return probeAt(elf, point, [plain, ex], call | (worker.doneArgument << tlsCookie.doneShift));
    }
  }
  const probes = probeAt(elf, plainPoint, [plain], call);
  if (exAddress === undefined) return probes;
  // SSL_x_ex(ssl, buf, num, *done): the fourth argument points to the bytes done.
  return [...probes, ...probeAt(elf, attachPointOf(elf, exAddress), [ex], call | (4 << tlsCookie.doneShift))];
}

/**
 * Decides where in a file to probe its TLS functions; undefined when the file has none.
 * Pure but for reading the file.
 */
export function planTlsProbes(elf: ElfFile): TlsPlan | undefined {
  const functions = elf.findFunctions(wantedNames, ['SSL_read', 'SSL_write']);
  const missing = ['SSL_read', 'SSL_write'].filter((name) => !functions.has(name));
  if (missing.length > 0) {
    if (functions.has(gnutlsMarker)) return refuse('gnutls', 'GnuTLS is not captured yet');
    if (functions.has(nssMarker)) return refuse('nss', 'NSS is not captured yet');
    if (missing.length === 1) return refuse('openssl', `the function ${missing.join()} is missing`);
    return undefined;
  }
  const library: TlsLibrary = functions.has(boringMarker) ? 'boringssl' : 'openssl';
  if (elf.machine === 'other') return refuse(library, 'the file is for another kind of processor');
  const probes = [
    ...dataCalls.flatMap((names) => planData(elf, functions, names)),
    ...plainCalls.flatMap(([name, call]) => {
      const address = functions.get(name);
      return address === undefined ? [] : probeAt(elf, attachPointOf(elf, address), [name], call);
    }),
  ];
  const covered = new Set(probes.flatMap((probe) => probe.covers));
  if (!covered.has('SSL_read') || !covered.has('SSL_write')) {
    return refuse(library, 'SSL_read or SSL_write lies outside the code of the file');
  }
  return { library, probes };
}

function refuse(library: TlsLibrary, reason: string): TlsPlan {
  return { library, probes: [], reason };
}
