import { formatKeyPath, type ConfigProblem } from './problem.ts';
import { configSchema, type FileConfig } from './schema.ts';

/** Command-line values that win over file and environment; absent ones are undefined. */
export interface ConfigFlags {
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly storage?: string | undefined;
  readonly scopeSubtree?: readonly string[] | undefined;
  readonly scopeCgroup?: readonly string[] | undefined;
}

interface Override {
  readonly key: string;
  readonly environment: string;
  readonly flag?: string;
  readonly fromFlags: (flags: ConfigFlags) => string | undefined;
  /** A copy of `config` with the value set, unchecked. */
  readonly set: (config: FileConfig, value: string) => unknown;
}

/** What can be set without a file, in the order the documentation shows it. */
export const overrides: readonly Override[] = [
  {
    key: 'server.port',
    environment: 'EYRIE_PORT',
    flag: '--port',
    fromFlags: (flags) => flags.port,
    set: (config, value) => ({ ...config, server: { ...config.server, port: toInteger(value) } }),
  },
  {
    key: 'server.host',
    environment: 'EYRIE_HOST',
    flag: '--host',
    fromFlags: (flags) => flags.host,
    set: (config, value) => ({ ...config, server: { ...config.server, host: value } }),
  },
  {
    key: 'server.public_origin',
    environment: 'EYRIE_PUBLIC_ORIGIN',
    fromFlags: () => undefined,
    set: (config, value) => ({ ...config, server: { ...config.server, public_origin: value } }),
  },
  {
    key: 'storage.directory',
    environment: 'EYRIE_STORAGE_DIRECTORY',
    flag: '--storage',
    fromFlags: (flags) => flags.storage,
    set: (config, value) => ({ ...config, storage: { ...config.storage, directory: value } }),
  },
  {
    key: 'log.level',
    environment: 'EYRIE_LOG_LEVEL',
    fromFlags: () => undefined,
    set: (config, value) => ({ ...config, log: { ...config.log, level: value } }),
  },
];

/** A number when the text is one, else the text itself, for the schema to refuse with the right words. */
function toInteger(text: string): number | string {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

export type OverrideResult =
  | { readonly ok: true; readonly config: FileConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Lays environment and flags over the file, each checked by the same schema. An empty variable counts as unset. */
export function applyOverrides(
  config: FileConfig,
  environment: Readonly<Record<string, string | undefined>>,
  flags: ConfigFlags,
): OverrideResult {
  const problems: ConfigProblem[] = [];
  let current = config;
  for (const override of overrides) {
    const fromFlags = override.fromFlags(flags);
    const fromEnvironment = environment[override.environment];
    const value = fromFlags ?? (fromEnvironment === '' ? undefined : fromEnvironment);
    if (value === undefined) continue;
    const source = fromFlags === undefined ? override.environment : (override.flag ?? override.environment);
    const result = check(override.set(current, value), source);
    if (result.ok) current = result.config;
    else problems.push(...result.problems);
  }
  const scoped = applyScope(current, flags);
  if (scoped.ok) current = scoped.config;
  else problems.push(...scoped.problems);
  return problems.length === 0 ? { ok: true, config: current } : { ok: false, problems };
}

/** `--scope-…` narrows capture to what is named, so it also switches the scope to "selected". */
function applyScope(config: FileConfig, flags: ConfigFlags): OverrideResult {
  const pids = flags.scopeSubtree ?? [];
  const cgroups = flags.scopeCgroup ?? [];
  if (pids.length === 0 && cgroups.length === 0) return { ok: true, config };
  const capture = { ...config.capture, scope: 'selected', cgroups, subtree_pids: pids.map(toInteger) };
  return check({ ...config, capture }, pids.length > 0 ? '--scope-subtree' : '--scope-cgroup');
}

function check(candidate: unknown, source: string): OverrideResult {
  const result = configSchema.safeParse(candidate);
  if (result.success) return { ok: true, config: result.data };
  const problems = result.error.issues.map((issue) => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    return { source, key: formatKeyPath(path), message: issue.message };
  });
  return { ok: false, problems };
}
