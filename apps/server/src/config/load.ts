import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findSystemError } from '../system-error.ts';
import { applyOverrides, type ConfigFlags } from './overrides.ts';
import { parseConfigFile } from './parse-file.ts';
import { formatKeyPath, type ConfigProblem } from './problem.ts';
import type { Config, FileConfig } from './schema.ts';
import type { KeyPath, KeyPositions } from './key-positions.ts';

/** Read when neither `--config` nor EYRIE_CONFIG names another file. */
export const defaultConfigPath = '/etc/eyrie/config.toml';

/** What the program was started with; a reload reads the same again. */
export interface ConfigSources {
  /** `--config`; a file named here or in EYRIE_CONFIG must exist. */
  readonly path?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly flags: ConfigFlags;
  readonly isRoot: boolean;
  readonly homeDirectory: string;
  /** Names of built-in redaction rules, which patterns of the file may not take. */
  readonly builtInRuleNames: readonly string[];
  /** Says what is wrong with a redaction pattern; the column counts from 1. */
  readonly checkPattern: (pattern: string) => { ok: true } | { ok: false; message: string; column: number };
}

export type LoadResult =
  | { readonly ok: true; readonly config: Config; readonly path: string | null }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** The configuration in force, or everything that is wrong with it. Never throws. */
export function loadConfig(sources: ConfigSources): LoadResult {
  const file = readConfigFile(sources);
  if (!file.ok) return file;
  const parsed = parseConfigFile(file.text, file.path ?? defaultConfigPath);
  if (!parsed.ok) return parsed;
  const patternProblems = checkPatterns(
    parsed.config,
    sources,
    file.path ?? defaultConfigPath,
    parsed.positions,
  );
  if (patternProblems.length > 0) return { ok: false, problems: patternProblems };
  const overridden = applyOverrides(parsed.config, sources.environment, withAbsoluteStorage(sources.flags));
  if (!overridden.ok) return overridden;
  return { ok: true, config: fillAutomatic(overridden.config, sources), path: file.path };
}

function readConfigFile(
  sources: ConfigSources,
): { ok: true; text: string; path: string | null } | { ok: false; problems: readonly ConfigProblem[] } {
  const environmentPath = sources.environment['EYRIE_CONFIG'];
  const explicit = sources.path ?? (environmentPath === '' ? undefined : environmentPath);
  const path = explicit ?? defaultConfigPath;
  try {
    return { ok: true, text: readFileSync(path, 'utf8'), path };
  } catch (error) {
    const code = findSystemError(error)?.code ?? 'unknown error';
    if (explicit === undefined && (code === 'ENOENT' || code === 'ENOTDIR'))
      return { ok: true, text: '', path: null };
    return { ok: false, problems: [{ source: path, message: describeReadError(code) }] };
  }
}

function describeReadError(code: string): string {
  if (code === 'ENOENT') return 'there is no such file; create it or leave out --config and EYRIE_CONFIG';
  if (code === 'EACCES')
    return 'this user may not read the file; change its mode or run Eyrie as another user';
  if (code === 'EISDIR') return 'this is a directory, not a file';
  return `the file can't be read (${code})`;
}

function checkPatterns(
  config: FileConfig,
  sources: ConfigSources,
  source: string,
  positions: KeyPositions,
): readonly ConfigProblem[] {
  const names = config.redaction.patterns.map((entry) => entry.name);
  return config.redaction.patterns.flatMap((entry, index) => {
    const taken = sources.builtInRuleNames.includes(entry.name) || names.indexOf(entry.name) < index;
    if (taken) {
      const path: KeyPath = ['redaction', 'patterns', index, 'name'];
      const message = `there is already a rule called "${entry.name}"`;
      return [{ source, ...positions.find(path), key: formatKeyPath(path), message }];
    }
    const result = sources.checkPattern(entry.pattern);
    if (result.ok) return [];
    const path: KeyPath = ['redaction', 'patterns', index, 'pattern'];
    const message = `not a valid expression at character ${result.column}: ${result.message}`;
    return [{ source, ...positions.find(path), key: formatKeyPath(path), message }];
  });
}

function withAbsoluteStorage(flags: ConfigFlags): ConfigFlags {
  return flags.storage === undefined ? flags : { ...flags, storage: resolve(flags.storage) };
}

function fillAutomatic(config: FileConfig, sources: ConfigSources): Config {
  const directory = config.storage.directory ?? defaultStorageDirectory(sources);
  return { ...config, storage: { ...config.storage, directory } };
}

function defaultStorageDirectory(sources: ConfigSources): string {
  if (sources.isRoot) return '/var/lib/eyrie';
  const state = sources.environment['XDG_STATE_HOME'];
  // The XDG specification says to ignore relative values.
  if (state?.startsWith('/') === true) return join(state, 'eyrie');
  return join(sources.homeDirectory, '.local', 'state', 'eyrie');
}
