import { probePlatform, type PlatformReport } from '@eyrie/bpf';
import { describeEngineFailure, describeFamilyFailure } from '../serve/capture-advice.ts';
import type { CliContext } from './context.ts';

export type CheckResult = 'READY' | 'LIMITED' | 'NOT READY';

const statusOf: Record<CheckResult, number> = { READY: 0, LIMITED: 1, 'NOT READY': 2 };

/** Rights that loading does not need, but without which TLS goes unseen. Any one of `capabilities` gives the right. */
const sightRights = [
  {
    capabilities: ['CAP_SYS_PTRACE'],
    without:
      "Without CAP_SYS_PTRACE other users' processes are closed, and TLS libraries only they use go unseen.",
  },
  {
    capabilities: ['CAP_DAC_READ_SEARCH'],
    without:
      "Without CAP_DAC_READ_SEARCH programs in other users' folders can't be read, and their TLS goes unseen.",
  },
  {
    capabilities: ['CAP_CHECKPOINT_RESTORE', 'CAP_SYS_ADMIN'],
    without:
      'Without CAP_CHECKPOINT_RESTORE programs replaced or deleted while they run can not be looked at.',
  },
] as const;

function findBlindSpots(capabilities: readonly string[]): readonly string[] {
  return sightRights
    .filter((right) => !right.capabilities.some((name) => capabilities.includes(name)))
    .map(({ without }) => without);
}

/** What the report amounts to: all families work and see every process, some do, or none. */
export function judgePlatform({
  families,
  capabilities,
}: Pick<PlatformReport, 'families' | 'capabilities'>): CheckResult {
  if (!families.some((family) => family.active)) return 'NOT READY';
  const isWhole = families.every((family) => family.active) && findBlindSpots(capabilities).length === 0;
  return isWhole ? 'READY' : 'LIMITED';
}

/** `eyrie check`. The exit status is 0, 1 or 2 for READY, LIMITED and NOT READY. */
export async function runCheck(options: { readonly json?: boolean }, context: CliContext): Promise<number> {
  const report = await Promise.resolve(probePlatform());
  const result = judgePlatform(report);
  const advice = listAdvice(report);
  if (options.json === true) context.print(`${JSON.stringify({ result, advice, ...report }, null, 2)}\n`);
  else context.print(formatReport(report, result, advice));
  return statusOf[result];
}

function listAdvice(report: PlatformReport): readonly string[] {
  if (report.error !== undefined) return [describeEngineFailure(report.error.code, report.error.message).fix];
  const inactive = report.families.filter((family) => !family.active);
  return [
    ...inactive.map(({ name, reason }) => describeFamilyFailure(name, reason).problem),
    ...findBlindSpots(report.capabilities),
  ];
}

function formatReport(report: PlatformReport, result: CheckResult, advice: readonly string[]): string {
  const rows: [string, string][] = [
    ['Platform', `${report.platform} ${report.arch}`],
    ['Kernel', report.kernel],
    ['Kernel types (BTF)', yesNo(report.btf)],
    ['BPF file system', report.bpffs ? 'mounted' : 'not mounted (not needed to capture)'],
    ['cgroup2', report.cgroup2 ? 'mounted' : 'not mounted (capture by control group is not possible)'],
    [
      'Capabilities',
      report.capabilities.length === 0 ? 'none of those capture needs' : report.capabilities.join(' '),
    ],
    ...report.families.map(({ name, active, reason }): [string, string] => [
      `Programs: ${name}`,
      active ? 'loaded and attached' : `not active: ${reason ?? 'reason not known'}`,
    ]),
    ...(report.attachMode === undefined
      ? []
      : ([['Probes attach by', report.attachMode]] satisfies [string, string][])),
    ['TLS libraries found', formatTargets(report)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  const detail = report.error?.detail.trim() ?? '';
  return [
    'Can Eyrie capture here?',
    '',
    ...table,
    '',
    `Result: ${result}`,
    ...advice.map((line) => `  ${line}`),
    ...(detail === '' ? [] : ['', 'What the kernel said:', ...detail.split('\n').map((line) => `  ${line}`)]),
    '',
  ].join('\n');
}

function formatTargets({ tlsTargets }: PlatformReport): string {
  if (tlsTargets.length === 0) return 'none in running processes';
  const lines = tlsTargets.map(
    ({ path, library, captured, reason }) =>
      `${path} (${library}${captured ? '' : `, not captured: ${reason ?? 'reason not known'}`})`,
  );
  return [String(tlsTargets.length), ...lines.map((line) => `    ${line}`)].join('\n');
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
