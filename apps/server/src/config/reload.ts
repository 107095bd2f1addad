import { compareConfigs, mergeReloadable } from './compare.ts';
import { loadConfig, type ConfigSources } from './load.ts';
import type { ConfigProblem } from './problem.ts';
import type { Config } from './schema.ts';

export type ReloadReport =
  | { readonly ok: true; readonly applied: readonly string[]; readonly needRestart: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** The configuration in force, and the way to a new one. */
export interface ConfigHolder {
  current(): Config;
  /** Reads everything again. Reloads run one after another; with a problem nothing changes. Never rejects. */
  reload(): Promise<ReloadReport>;
}

/**
 * Holds the running configuration. `apply` makes a new one count, and answers with a message when it can't: then the old
 * configuration stays.
 */
export function createConfigHolder(options: {
  readonly initial: Config;
  readonly sources: ConfigSources;
  apply(config: Config, previous: Config): Promise<{ ok: true } | { ok: false; message: string }>;
}): ConfigHolder {
  let current = options.initial;
  let last: Promise<unknown> = Promise.resolve();

  async function reloadNow(): Promise<ReloadReport> {
    const loaded = loadConfig(options.sources);
    if (!loaded.ok) return loaded;
    const { applied, needRestart } = compareConfigs(current, loaded.config);
    const next = mergeReloadable(current, loaded.config);
    const outcome = await options.apply(next, current);
    if (!outcome.ok) {
      return { ok: false, problems: [{ source: loaded.path ?? 'configuration', message: outcome.message }] };
    }
    current = next;
    return { ok: true, applied, needRestart };
  }

  return {
    current: () => current,
    reload() {
      const turn = last.then(reloadNow);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
