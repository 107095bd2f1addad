/** Identity of a process: unique over reboots and reuse of process numbers. */

/** `boot8-tgid-startUs`: the first 8 hex digits of the boot id, the process number, its start on CLOCK_BOOTTIME. */
export function execIdOf(bootId: string, tgid: number, startBoottimeUs: number): string {
  return `${bootId.slice(0, 8)}-${tgid}-${startBoottimeUs}`;
}

/** Key of a process within one boot. */
export function processKey(tgid: number, startBoottimeUs: number): string {
  return `${tgid}-${startBoottimeUs}`;
}
