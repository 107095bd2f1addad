import { probePlatform } from '@eyrie/bpf';

const report = probePlatform();

/** Why nothing can be captured on this machine, to name skipped tests by; undefined where it can. */
export const cannotCapture: string | undefined = report.families.some((family) => family.active)
  ? undefined
  : `(skipped: ${report.error?.message ?? 'no family is active'})`;

/** Whether tests can start the program as another user. */
export const isRoot: boolean = process.getuid?.() === 0;

/** Starts a command as nobody, without any privilege. */
export const asNobody: readonly string[] = [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--',
];
