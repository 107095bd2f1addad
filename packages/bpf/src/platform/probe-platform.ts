import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { arch, release } from 'node:os';
import { EngineError, type EngineErrorCode } from '../errors.ts';
import type { AttachMode, FamilyStatus } from '../families.ts';
import { openSensor } from '../sensor.ts';
import { everything } from '../scope/types.ts';
import { findCgroupMount } from '../scope/resolve-scope.ts';
import type { TlsTarget } from '../targets/target-registry.ts';

/** What this machine offers for capture, found by trying. */
export interface PlatformReport {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly kernel: string;
  /** Types of the running kernel are readable, without which no program fits it. */
  readonly btf: boolean;
  /** A BPF file system is mounted. Not needed to capture. */
  readonly bpffs: boolean;
  readonly cgroup2: boolean;
  /** Capture-related capabilities this process has in effect, `CAP_BPF` and so on. */
  readonly capabilities: readonly string[];
  /** Each program family, really loaded and attached; all inactive when `error` is set. */
  readonly families: readonly FamilyStatus[];
  readonly attachMode?: AttachMode;
  /** TLS libraries and executables found; only where capture works. */
  readonly tlsTargets: readonly TlsTarget[];
  /** Why nothing could be loaded. */
  readonly error?: {
    readonly code: EngineErrorCode | 'UNKNOWN';
    readonly message: string;
    readonly detail: string;
  };
}

/** Bits of the capabilities that matter here, include/uapi/linux/capability.h. */
const capabilityBits: readonly (readonly [name: string, bit: bigint])[] = [
  ['CAP_DAC_READ_SEARCH', 2n],
  ['CAP_SYS_PTRACE', 19n],
  ['CAP_SYS_ADMIN', 21n],
  ['CAP_SYS_RESOURCE', 24n],
  ['CAP_PERFMON', 38n],
  ['CAP_BPF', 39n],
  ['CAP_CHECKPOINT_RESTORE', 40n],
];

/** Type number of the BPF file system, include/uapi/linux/magic.h. */
const bpfMagic = 0xcafe4a11;

function readCapabilities(): string[] {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
    return capabilityBits.filter(([, bit]) => ((effective >> bit) & 1n) === 1n).map(([name]) => name);
  } catch {
    return [];
  }
}

function hasBpfFileSystem(): boolean {
  try {
    return statfsSync('/sys/fs/bpf').type === bpfMagic;
  } catch {
    return false;
  }
}

type Trial = Pick<PlatformReport, 'families' | 'tlsTargets' | 'attachMode' | 'error'>;

/** Opens a sensor that captures nobody, and looks at what works. */
function tryFamilies(): Trial {
  try {
    const sensor = openSensor({
      scope: { ...everything, mode: 'selected' },
      ringBytes: 256 * 1024,
      onBatch: (batch) => batch.release(),
    });
    const mode = sensor.attachMode();
    const trial = { families: sensor.families(), tlsTargets: sensor.targets() };
    // Closing is done when this returns; the promise is only about batches, and nobody is captured.
    void sensor.close();
    return mode === undefined ? trial : { ...trial, attachMode: mode };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const known = error instanceof EngineError;
    const names = ['process', 'tls', 'discovery'] as const;
    return {
      families: names.map((name) => ({ name, active: false, reason: message })),
      tlsTargets: [],
      error: { code: known ? error.code : 'UNKNOWN', message, detail: known ? error.detail : '' },
    };
  }
}

/**
 * Reports what can be captured here, by really loading and attaching each family for a moment. Never throws: what
 * fails is in the report.
 */
export function probePlatform(): PlatformReport {
  return {
    platform: process.platform,
    arch: arch(),
    kernel: release(),
    btf: existsSync('/sys/kernel/btf/vmlinux'),
    bpffs: hasBpfFileSystem(),
    cgroup2: findCgroupMount() !== undefined,
    capabilities: readCapabilities(),
    ...tryFamilies(),
  };
}
