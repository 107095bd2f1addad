import { readFileSync } from 'node:fs';
import { EngineError } from './errors.ts';
import { verifyObjectLayout } from './layout.ts';
import { builtFile, type NativeEngine } from './native.ts';
import type { TlsProbe } from './targets/tls-functions.ts';

/** A group of BPF programs that is loaded and attached as one. */
export type FamilyName = 'process' | 'tls' | 'discovery';

/** Whether a family works on this machine, and if not, why. */
export interface FamilyStatus {
  readonly name: FamilyName;
  readonly active: boolean;
  readonly reason?: string;
}

/** How TLS functions are probed: entry and return in one, in two links for all places of a file, or one by one. */
export type AttachMode = 'session' | 'multi' | 'perf';

/** Maps of the same name in several objects that are one map; include/README.md. */
const sharedMaps: ReadonlySet<string> = new Set([
  'events',
  'ring_state',
  'emit_counts',
  'scope_config',
  'scope_cgroups',
  'scope_users',
  'scope_executables',
  'scope_subtrees',
]);

/** enum bpf_attach_type, include/uapi/linux/bpf.h. */
const attachUprobeMulti = 48;
const attachUprobeSession = 57;

/** Objects of one engine, and the one of them that made the shared maps. */
export interface LoadedObjects {
  readonly native: NativeEngine;
  readonly ringBytes: number;
  base: number | undefined;
}

/**
 * Opens, checks, configures and loads one object; the first one loaded makes the shared maps.
 * Throws ENGINE_WIRE_MISMATCH when the object was built from other headers than the decoders, and what loading throws.
 */
export function loadObject(
  objects: LoadedObjects,
  file: string,
  attachTypes: Readonly<Record<string, number>> = {},
): number {
  const { native } = objects;
  const path = builtFile(file);
  verifyBuilt(path);
  const object = native.open(path);
  for (const [name] of native.describe(object).maps) {
    if (!sharedMaps.has(name)) continue;
    if (objects.base !== undefined) native.reuseMap(object, name, objects.base);
    else if (name === 'events') native.setMaxEntries(object, name, objects.ringBytes);
  }
  for (const [program, attachType] of Object.entries(attachTypes)) {
    native.configureProgram(object, program, { autoload: true, attachType });
  }
  native.load(object);
  objects.base ??= object;
  return object;
}

function verifyBuilt(path: string): void {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new EngineError('ENGINE_NOT_BUILT', `The BPF object ${path} is not built: run npm run build.`, {
      cause,
    });
  }
  const differences = verifyObjectLayout(bytes);
  if (differences.length === 0) return;
  const detail = differences.map((d) => `${d.where}: expected ${d.expected}, found ${d.found}`).join('\n');
  throw new EngineError(
    'ENGINE_WIRE_MISMATCH',
    'The BPF objects and the decoders differ: run npm run build.',
    { detail },
  );
}

/** Loads and attaches the process family. Returns the object, which also reads running processes. */
export function startProcessFamily(objects: LoadedObjects): number {
  const object = loadObject(objects, 'process.bpf.o');
  for (const program of ['eyrie_process_fork', 'eyrie_process_exec', 'eyrie_process_exit']) {
    objects.native.attach(object, program);
  }
  return object;
}

/** Loads and attaches what tells that a process has mapped new code. */
export function startDiscoveryFamily(objects: LoadedObjects): number {
  const object = loadObject(objects, 'discovery.bpf.o');
  objects.native.attachTracepoint(object, 'eyrie_image_mmap', 'syscalls/sys_exit_mmap');
  objects.native.attach(object, 'eyrie_image_exec');
  return object;
}

/** The TLS programs, loaded in the best way this kernel accepts. */
export interface TlsFamily {
  readonly mode: AttachMode;
  /** Attaches all probes to a file; returns the links. Throws ENGINE_ATTACH_FAILED or ENGINE_NO_PRIVILEGE. */
  attach(path: string, probes: readonly TlsProbe[]): readonly number[];
}

function attachSession(native: NativeEngine, object: number): TlsFamily['attach'] {
  return (path, probes) => [
    native.attachUprobes(object, 'eyrie_tls_call_s', {
      path,
      attachType: attachUprobeSession,
      onReturn: false,
      offsets: probes.map((probe) => probe.offset),
      cookies: probes.map((probe) => probe.cookie),
    }),
  ];
}

function attachMulti(native: NativeEngine, object: number): TlsFamily['attach'] {
  return (path, probes) => {
    const links: number[] = [];
    const places = {
      path,
      attachType: attachUprobeMulti,
      offsets: probes.map((probe) => probe.offset),
      cookies: probes.map((probe) => probe.cookie),
    };
    try {
      // Returns first: an entry without its return would leave a call open.
      links.push(native.attachUprobes(object, 'eyrie_tls_call_x', { ...places, onReturn: true }));
      links.push(native.attachUprobes(object, 'eyrie_tls_call_e', { ...places, onReturn: false }));
      return links;
    } catch (error) {
      native.detach(links);
      throw error;
    }
  };
}

function attachPerf(native: NativeEngine, object: number): TlsFamily['attach'] {
  return (path, probes) => {
    const links: number[] = [];
    try {
      for (const { offset, cookie } of probes) {
        links.push(
          native.attachPerfUprobe(object, 'eyrie_tls_call_x', { path, onReturn: true, offset, cookie }),
        );
        links.push(
          native.attachPerfUprobe(object, 'eyrie_tls_call_e', { path, onReturn: false, offset, cookie }),
        );
      }
      return links;
    } catch (error) {
      native.detach(links);
      throw error;
    }
  };
}

interface ModePlan {
  readonly file: string;
  readonly attachTypes: Readonly<Record<string, number>>;
  readonly attach: (native: NativeEngine, object: number) => TlsFamily['attach'];
}

const modePlans: Readonly<Record<AttachMode, ModePlan>> = {
  session: {
    file: 'tls_session.bpf.o',
    attachTypes: { eyrie_tls_call_s: attachUprobeSession },
    attach: attachSession,
  },
  multi: {
    file: 'tls.bpf.o',
    attachTypes: { eyrie_tls_call_e: attachUprobeMulti, eyrie_tls_call_x: attachUprobeMulti },
    attach: attachMulti,
  },
  perf: { file: 'tls.bpf.o', attachTypes: {}, attach: attachPerf },
};

/** All modes, the best first. */
export const attachModes: readonly AttachMode[] = ['session', 'multi', 'perf'];

/** What to load instead of the sensor's TLS programs: an object with programs of the same names. */
interface TlsObject {
  readonly file?: string;
  /** Programs of the object to attach besides the probes. */
  readonly sweeps: readonly string[];
}

const sensorTls: TlsObject = { sweeps: ['eyrie_tls_thread_exit', 'eyrie_tls_thread_exec'] };

/**
 * Loads the TLS programs in the first of `modes` that this kernel not only loads but also attaches to `canary`, a place
 * in a file of ours. Throws what the last mode failed with.
 */
export function startTlsFamily(
  objects: LoadedObjects,
  canary: { readonly path: string; readonly probe: TlsProbe },
  modes: readonly AttachMode[] = attachModes,
  { file, sweeps }: TlsObject = sensorTls,
): TlsFamily {
  const { native } = objects;
  let failure: unknown;
  for (const mode of modes) {
    const plan = modePlans[mode];
    const before = objects.base;
    try {
      const object = loadObject(objects, file ?? plan.file, plan.attachTypes);
      const attach = plan.attach(native, object);
      native.detach(attach(canary.path, [canary.probe]));
      for (const sweep of sweeps) native.attach(object, sweep);
      return { mode, attach };
    } catch (error) {
      if (!(error instanceof EngineError) || error.code === 'ENGINE_WIRE_MISMATCH') throw error;
      objects.base = before;
      failure = error;
    }
  }
  throw failure;
}
