/** What is said about the machine in every event. */
import { readFileSync } from 'node:fs';
import { arch, hostname, platform, release } from 'node:os';
import type { HostInfo } from '../event/types.ts';

/** Reads a small file; undefined when it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** Reads from the file system. */
const readTextFile: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const systems: Readonly<Record<string, HostInfo['os']>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
  freebsd: 'freebsd',
};

/** PRETTY_NAME of os-release(5), without its quotes. */
function prettyName(text: string | undefined): string | undefined {
  const value = /^PRETTY_NAME=(.*)$/m.exec(text ?? '')?.[1]?.trim();
  return value?.replace(/^(["'])(.*)\1$/, '$2').replaceAll(/\\(.)/g, '$1');
}

/** Reads name, machine id, distribution and kernel; what cannot be read is left out. */
export function readHostInfo(readText: ReadText = readTextFile): HostInfo {
  const deviceId = readText('/etc/machine-id')?.trim();
  const version = prettyName(readText('/etc/os-release') ?? readText('/usr/lib/os-release'));
  return {
    hostname: hostname(),
    ...(deviceId === undefined || deviceId === '' ? {} : { device_id: deviceId }),
    os: systems[platform()] ?? 'other',
    ...(version === undefined ? {} : { os_version: version }),
    arch: arch(),
    kernel_version: release(),
  };
}

/** The kernel's id of this boot as 32 hex digits; zeros where there is none. */
export function readBootId(readText: ReadText = readTextFile): string {
  const text = readText('/proc/sys/kernel/random/boot_id')?.trim().replaceAll('-', '') ?? '';
  return /^[0-9a-f]{32}$/.test(text) ? text : '0'.repeat(32);
}
