import { fstatSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the link goes when the log is a file that others may read. */
function linkFile(directory: string): string {
  return join(directory, 'set-up-link.txt');
}

/**
 * Shows the one-time set-up link. Whoever has it becomes the administrator, so it is never printed into a file that other
 * users can read: then it goes into a file of mode 0600, and only that file's name is printed.
 */
export function announceSetup(link: string, options: { directory: string; descriptor: number }): string {
  const file = linkFile(options.directory);
  rmSync(file, { force: true });
  if (!isReadableByOthers(options.descriptor)) {
    return `\n  Eyrie has no account yet. Open this link to make the first one; it works once:\n\n    ${link}\n\n`;
  }
  writeFileSync(file, `${link}\n`, { mode: 0o600, flag: 'wx' });
  return `\n  Eyrie has no account yet. The link to make the first one is in ${file}, which only this user can read.\n\n`;
}

/** Removes the file, if there was one, once the link is used. */
export function withdrawSetup(directory: string): void {
  rmSync(linkFile(directory), { force: true });
}

/** True for a regular file that its group or everybody may read. Terminals, pipes and the journal are not files. */
function isReadableByOthers(descriptor: number): boolean {
  const status = fstatSync(descriptor);
  return status.isFile() && (status.mode & 0o044) !== 0;
}
