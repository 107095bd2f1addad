import { existsSync, statSync } from 'node:fs';
import { EngineError } from '../errors.ts';
import { kernelDevice } from '../scope/resolve-scope.ts';
import { withElf, type ElfRefusal } from './elf.ts';
import { installedLibraries } from './installed-libraries.ts';
import {
  findImageAt,
  imagePaths,
  listProcesses,
  readMappedImages,
  type MappedImage,
} from './process-images.ts';
import { planTlsProbes, type TlsLibrary, type TlsPlan, type TlsProbe } from './tls-functions.ts';

/** A library or executable with TLS functions, and whether its traffic is captured. */
export interface TlsTarget {
  /** As the process that mapped it sees it. */
  readonly path: string;
  /** major:minor, decimal. */
  readonly device: string;
  readonly inode: string;
  readonly library: TlsLibrary | 'unknown';
  readonly captured: boolean;
  readonly reason?: string;
  /** Processes that have it mapped now. */
  readonly pids: readonly number[];
  readonly probes: readonly TlsProbe[];
}

/** What the registry needs from whoever owns the kernel side. */
export interface TargetDependencies {
  /** Attaches all probes to the file at `path` and returns the links; throws EngineError. */
  attach(path: string, probes: readonly TlsProbe[]): readonly number[];
  detach(links: readonly number[]): void;
  /** Makes the kernel report every image again when it is next mapped; needed only with reports from the kernel. */
  forgetImages?(): void;
  onTarget(target: TlsTarget): void;
}

interface KnownImage {
  readonly key: string;
  readonly image: MappedImage;
  /** Size and time of change: a reused inode number shows here. */
  readonly fingerprint: string;
  readonly plan: TlsPlan | undefined;
  readonly reason: string | undefined;
  readonly links: readonly number[];
  /** A process that had it mapped when last looked, so that most sweeps read one process instead of all. */
  user: number;
  /** The same file by another name, which is the one that is attached. */
  readonly sameAs: KnownImage | undefined;
}

const refusals: Readonly<Record<ElfRefusal, string>> = {
  not_elf: 'not an ELF file',
  not_64_bit_little_endian: 'not a 64-bit little-endian file',
  malformed: 'the ELF file is malformed',
  unreadable: 'the file could not be opened',
};

/** Files worth a line in the coverage list even when they could not be read. */
const tlsFileName = /\/lib(ssl|gnutls|nspr4|nss3)\b[^/]*$/;

/** Images remembered as free of TLS; beyond this the memory of them is dropped and they are looked at again. */
const maxKnownImages = 20_000;

/** Reading the maps of every process takes up to milliseconds each: the answer is kept this long. */
const usersMs = 2000;

function keyOf(image: MappedImage): string {
  return `${image.device}:${image.inode}`;
}

/**
 * Knows every file with TLS functions that some process has mapped, and keeps probes attached to it. Used on one thread.
 * None of its methods throws for what it finds in files or /proc.
 */
export class TargetRegistry {
  readonly #dependencies: TargetDependencies;
  readonly #known = new Map<string, KnownImage>();
  #lastUsers: ReadonlyMap<string, readonly number[]> = new Map();
  #usersAt = -Infinity;

  constructor(dependencies: TargetDependencies) {
    this.#dependencies = dependencies;
  }

  /** Looks at everything that is mapped now, and at the distribution's own libraries. */
  scan(): void {
    for (const image of installedLibraries()) this.#consider(image);
    for (const pid of listProcesses()) {
      for (const image of readMappedImages(pid)) this.#consider(image);
    }
  }

  /** A process has mapped code at an address. False when the process was gone before its file could be looked at. */
  imageMapped(pid: number, address: number): boolean {
    const image = findImageAt(pid, address);
    if (image === undefined) return false;
    this.#consider(image);
    return this.#known.get(keyOf(image))?.fingerprint !== '' || existsSync(`/proc/${pid}`);
  }

  /**
   * Detaches from files that are out of reach and no longer in use, so that a container's file system can be
   * unmounted. Returns the number of files detached from.
   */
  sweep(): number {
    const leaving = [...this.#known.values()].filter(
      (known) =>
        (known.plan !== undefined || known.reason !== undefined) &&
        (known.image.deleted || !isSameFile(known)) &&
        !isMappedBy(known.user, known.key),
    );
    if (leaving.length === 0) return 0;
    // Before looking: whoever maps one of these files from now on is reported again.
    this.#dependencies.forgetImages?.();
    const used = this.#users();
    let count = 0;
    for (const known of leaving) {
      const names = [...this.#known.values()].filter((other) => other === known || other.sameAs === known);
      const user = names.flatMap((name) => used.get(name.key) ?? []).at(0);
      if (user !== undefined) {
        known.user = user;
        continue;
      }
      for (const name of names) this.#known.delete(name.key);
      this.#dependencies.detach(known.links);
      count += 1;
    }
    return count;
  }

  /** All files with TLS functions known now, with the processes that used them at most two seconds ago. Reads /proc. */
  targets(): TlsTarget[] {
    if (performance.now() - this.#usersAt > usersMs) {
      this.#lastUsers = this.#users();
      this.#usersAt = performance.now();
    }
    const used = this.#lastUsers;
    return [...this.#known.values()]
      .filter((known) => known.plan !== undefined || known.reason !== undefined)
      .map((known) => toTarget(known, used.get(known.key) ?? []));
  }

  #users(): Map<string, number[]> {
    const used = new Map<string, number[]>();
    for (const pid of listProcesses()) {
      for (const key of new Set(readMappedImages(pid).map(keyOf))) {
        if (!this.#known.has(key)) continue;
        const pids = used.get(key);
        if (pids === undefined) used.set(key, [pid]);
        else pids.push(pid);
      }
    }
    return used;
  }

  #consider(image: MappedImage): void {
    const key = keyOf(image);
    const before = this.#known.get(key);
    // Not access(2), and so not existsSync: for a service with capabilities but no root it leaves the capabilities out.
    const path = imagePaths(image).find((candidate) => fingerprintOf(candidate) !== '');
    const fingerprint = path === undefined ? '' : fingerprintOf(path);
    if (before?.fingerprint === fingerprint && !wasRefused(before)) return;
    if (before !== undefined) {
      // Another file under a used inode number: what was attached went with the old one.
      this.#dependencies.detach(before.links);
      this.#known.delete(key);
    }
    if (this.#known.size > maxKnownImages) this.#forgetPlain();
    const known = this.#inspect(image, key, path, fingerprint);
    this.#known.set(key, known);
    if (known.plan !== undefined || known.reason !== undefined) {
      this.#dependencies.onTarget(toTarget(known, image.pid > 0 ? [image.pid] : []));
    }
  }

  #inspect(image: MappedImage, key: string, path: string | undefined, fingerprint: string): KnownImage {
    const base = { key, image, fingerprint, user: image.pid, links: [], sameAs: undefined, plan: undefined };
    if (path === undefined) return { ...base, reason: unreadableReason(image) };
    const sameAs = this.#findSameFile(image, fingerprint);
    const { value, refused } = withElf(path, (elf, openPath) => {
      const plan = planTlsProbes(elf);
      if (plan === undefined || plan.reason !== undefined) return { plan, links: [], reason: plan?.reason };
      return {
        plan,
        ...(sameAs === undefined ? this.#attach(openPath, plan) : { links: [], reason: undefined }),
      };
    });
    if (value !== undefined) return { ...base, ...value, sameAs };
    const reason = refused !== undefined && tlsFileName.test(image.path) ? refusals[refused] : undefined;
    return { ...base, reason };
  }

  #attach(path: string, plan: TlsPlan): { links: readonly number[]; reason: string | undefined } {
    try {
      return { links: this.#dependencies.attach(path, plan.probes), reason: undefined };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return { links: [], reason: `the kernel refused the probes (errno ${error.errno})` };
    }
  }

  /**
   * Files of stacked file systems (overlay) have a device of their own but the inode number, size and time of the file
   * below. Probes sit on the file below, so a second attachment would report everything twice.
   */
  #findSameFile(image: MappedImage, fingerprint: string): KnownImage | undefined {
    const isStacked = (device: number): boolean => device >>> 20 === 0;
    for (const known of this.#known.values()) {
      if (known.links.length === 0 || known.image.inode !== image.inode || known.fingerprint !== fingerprint)
        continue;
      if (isStacked(known.image.device) || isStacked(image.device)) return known;
    }
    return undefined;
  }

  #forgetPlain(): void {
    for (const [key, known] of this.#known) {
      if (known.plan === undefined && known.reason === undefined) this.#known.delete(key);
    }
  }
}

/** Attaching failed: worth another try when the file is mapped again. */
function wasRefused(known: KnownImage): boolean {
  return known.plan !== undefined && known.plan.reason === undefined && known.reason !== undefined;
}

function toTarget(known: KnownImage, pids: readonly number[]): TlsTarget {
  const { image, plan, reason } = known;
  const attached = known.sameAs ?? known;
  return {
    path: image.path,
    device: `${image.device >>> 20}:${image.device & 0xfffff}`,
    inode: image.inode,
    library: plan?.library ?? 'unknown',
    captured: attached.links.length > 0,
    ...(reason === undefined ? {} : { reason }),
    pids,
    probes: plan?.probes ?? [],
  };
}

function isMappedBy(pid: number, key: string): boolean {
  return pid > 0 && readMappedImages(pid).some((image) => keyOf(image) === key);
}

function unreadableReason(image: MappedImage): string | undefined {
  if (!tlsFileName.test(image.path)) return undefined;
  return image.deleted ? 'the file was deleted' : 'the file could not be reached through its process';
}

function fingerprintOf(path: string): string {
  try {
    const { size, mtimeNs } = statSync(path, { bigint: true });
    return `${size.toString()}:${mtimeNs.toString()}`;
  } catch {
    return '';
  }
}

/** Whether the path still leads, from our own mount namespace, to the file that was attached. */
function isSameFile(known: KnownImage): boolean {
  try {
    const { dev, ino } = statSync(known.image.path, { bigint: true });
    return ino.toString() === known.image.inode && kernelDevice(dev) === known.image.device;
  } catch {
    return false;
  }
}
