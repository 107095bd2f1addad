import { loadConfig, type ConfigSources } from '../config/load.ts';
import type { ConfigFlags } from '../config/overrides.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

/** What commands know of the process they run in. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  readonly homeDirectory: string;
  /** Login name, for the audit log. */
  readonly userName: string;
  readonly builtInRuleNames: readonly string[];
  readonly checkPattern: ConfigSources['checkPattern'];
  /** Text for the user. */
  print(text: string): void;
  /** Text about what goes wrong. */
  printError(text: string): void;
  /** Asks for a new password on the terminal, or takes the first line of standard input. Throws `CommandError`. */
  readNewPassword(): Promise<string>;
  /** Calls back at the first SIGTERM or SIGINT; at the second the process ends at once. */
  onStop(listener: (signal: 'SIGTERM' | 'SIGINT') => void): void;
  /** Calls back at each SIGHUP. */
  onReload(listener: () => void): void;
  /** Calls back at the first exception nobody caught. */
  onFatal(listener: (error: unknown) => void): void;
}

/** Options all commands share that read the configuration. */
export interface ConfigOptions extends ConfigFlags {
  readonly config?: string | undefined;
}

/** What a reload needs to read the same again. */
export function sourcesOf(options: ConfigOptions, context: CliContext): ConfigSources {
  return {
    path: options.config,
    environment: context.environment,
    flags: options,
    isRoot: context.isRoot,
    homeDirectory: context.homeDirectory,
    builtInRuleNames: context.builtInRuleNames,
    checkPattern: context.checkPattern,
  };
}

/** The configuration, or a `CommandError` that lists all that is wrong with it. */
export function requireConfig(sources: ConfigSources): {
  readonly config: Config;
  readonly path: string | null;
} {
  const loaded = loadConfig(sources);
  if (loaded.ok) return loaded;
  const count = loaded.problems.length === 1 ? 'an error' : `${loaded.problems.length} errors`;
  const lines = loaded.problems.map((problem) => `  ${formatProblem(problem)}`);
  throw new CommandError(exitCodes.configuration, [`The configuration has ${count}:`, ...lines].join('\n'));
}
