import { probePlatform } from '@eyrie/bpf';

const report = probePlatform();

/** Why nothing can be captured on this machine, to name skipped tests by; undefined where it can. */
export const cannotCapture: string | undefined = report.families.some((family) => family.active)
  ? undefined
  : `(skipped: ${report.error?.message ?? 'no family is active'})`;

/** Whether tests can take privileges away from the program. */
export const isRoot: boolean = process.getuid?.() === 0;

/**
 * Starts a command without any capability. The user stays, because another one may not be able to read the project where
 * it lies.
 */
export const withoutPrivileges: readonly [string, ...string[]] = [
  'setpriv',
  '--inh-caps=-all',
  '--bounding-set=-all',
  '--',
];
