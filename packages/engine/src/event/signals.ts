/** Signal numbers by name, as signal(7) of this architecture has them. */
import { constants } from 'node:os';

const names = new Map<number, string>(
  // aliases come after the usual names and must not replace them
  Object.entries(constants.signals)
    .map(([name, number]): [number, string] => [number, name])
    .reverse(),
);
names.set(constants.signals.SIGABRT, 'SIGABRT');
names.set(constants.signals.SIGCHLD, 'SIGCHLD');
names.set(constants.signals.SIGIO, 'SIGIO');

/** `SIGKILL` for 9; real-time signals as `SIGRTMIN+n`; undefined for 0 and numbers no signal has. */
export function signalName(signal: number): string | undefined {
  // SIGRTMIN as the kernel counts, include/uapi/asm-generic/signal.h
  if (signal >= 32 && signal <= 64) return signal === 32 ? 'SIGRTMIN' : `SIGRTMIN+${signal - 32}`;
  return names.get(signal);
}
