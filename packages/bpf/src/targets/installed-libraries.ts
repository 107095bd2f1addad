import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { kernelDevice } from '../scope/resolve-scope.ts';
import type { MappedImage } from './process-images.ts';

/** Where distributions keep shared libraries: what is found there is attached before anyone uses it. */
const libraryFolders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
  '/usr/local/lib64',
];

/** Shared TLS libraries of the distribution, whether or not anybody uses them now. Never throws. */
export function installedLibraries(): MappedImage[] {
  const paths = libraryFolders.flatMap((folder) => {
    try {
      return readdirSync(folder)
        .filter((name) => /^libssl\.so(\.|$)/.test(name))
        .map((name) => realpathSync(join(folder, name)));
    } catch {
      return [];
    }
  });
  return [...new Set(paths)].flatMap((path) => {
    try {
      const { dev, ino } = statSync(path, { bigint: true });
      return [{ pid: 0, path, deleted: false, device: kernelDevice(dev), inode: ino.toString(), range: '' }];
    } catch {
      return [];
    }
  });
}
