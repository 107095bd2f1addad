import { readdirSync, readFileSync } from 'node:fs';

/** A file mapped executable by a process. */
export interface MappedImage {
  /** 0 for a file that was found on disk rather than in a process. */
  readonly pid: number;
  /** As the process sees it, without the kernel's " (deleted)". */
  readonly path: string;
  readonly deleted: boolean;
  /** Kernel device number: major << 20 | minor. */
  readonly device: number;
  readonly inode: string;
  /** Range of addresses as /proc/PID/map_files names it. */
  readonly range: string;
}

const deletedSuffix = ' (deleted)';

function parseLine(pid: number, line: string): MappedImage | undefined {
  // start-end perms offset major:minor inode path; fields of one space, then padding before the path.
  const [range, perms, , device, inode] = line.split(' ', 5);
  if (
    range === undefined ||
    perms?.[2] !== 'x' ||
    device === undefined ||
    inode === undefined ||
    inode === '0'
  ) {
    return undefined;
  }
  const pathAt = line.indexOf('/', range.length + 10);
  if (pathAt < 0) return undefined;
  const [major = '0', minor = '0'] = device.split(':');
  const text = line.slice(pathAt);
  const deleted = text.endsWith(deletedSuffix);
  return {
    pid,
    path: deleted ? text.slice(0, -deletedSuffix.length) : text,
    deleted,
    device: (parseInt(major, 16) << 20) | parseInt(minor, 16),
    inode,
    range,
  };
}

/** Numbers of all processes in /proc. Empty when there is no /proc; never throws. */
export function listProcesses(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Files a process has mapped executable, each mapping once. Empty when the process is gone or hidden; never throws. */
export function readMappedImages(pid: number): MappedImage[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/maps`, 'latin1');
  } catch {
    return [];
  }
  const images: MappedImage[] = [];
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    // The permissions follow the range; only lines with code are worth splitting.
    const space = text.indexOf(' ', start);
    if (space > 0 && text.charCodeAt(space + 3) === 0x78) {
      const image = parseLine(pid, Buffer.from(text.slice(start, end), 'latin1').toString('utf8'));
      if (image !== undefined) images.push(image);
    }
    start = end + 1;
  }
  return images;
}

/** The mapping of a process that holds an address; undefined when there is none any more. */
export function findImageAt(pid: number, address: number): MappedImage | undefined {
  return readMappedImages(pid).find((image) => {
    const [start = '', end = ''] = image.range.split('-');
    return address >= parseInt(start, 16) && address < parseInt(end, 16);
  });
}

/** Paths by which a mapped file may be opened from here, the surest first. */
export function imagePaths(image: MappedImage): string[] {
  if (image.pid === 0) return [image.path];
  const paths = [`/proc/${image.pid}/map_files/${image.range}`];
  return image.deleted ? paths : [...paths, `/proc/${image.pid}/root${image.path}`];
}
