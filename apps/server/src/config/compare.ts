import { isDeepStrictEqual } from 'node:util';
import { configReference, type KeyReference, type TableReference } from './key-reference.ts';
import type { Config } from './schema.ts';

/** Which keys differ between two configurations, by what it takes for them to count. */
export interface ConfigChanges {
  readonly applied: readonly string[];
  readonly needRestart: readonly string[];
}

/** Compares key by key; an array of tables counts as one key. */
export function compareConfigs(before: Config, after: Config): ConfigChanges {
  const changed = listKeys(configReference).filter(
    (reference) => !isDeepStrictEqual(valueAt(before, reference.path), valueAt(after, reference.path)),
  );
  const pathsOf = (effect: KeyReference['reload']): string[] =>
    changed.filter((reference) => reference.reload === effect).map((reference) => reference.path);
  return { applied: pathsOf('at once'), needRestart: pathsOf('restart') };
}

/** The new values of keys that apply at once, the old values of all others: what is in force after a reload. */
export function mergeReloadable(running: Config, loaded: Config): Config {
  return {
    ...running,
    storage: {
      ...running.storage,
      retention_days: loaded.storage.retention_days,
      retention_bytes: loaded.storage.retention_bytes,
    },
    capture: {
      ...loaded.capture,
      process: running.capture.process,
      tls: running.capture.tls,
      ring_bytes: running.capture.ring_bytes,
      handoff_bytes: running.capture.handoff_bytes,
    },
    redaction: loaded.redaction,
    log: loaded.log,
    metrics: loaded.metrics,
  };
}

function listKeys(table: TableReference): readonly KeyReference[] {
  const nested = table.tables.flatMap((child) =>
    child.isArray
      ? [
          {
            path: child.path,
            description: child.description,
            reload: 'at once' as const,
            type: '',
            defaultText: '',
          },
        ]
      : listKeys(child),
  );
  return [...table.keys, ...nested];
}

function valueAt(config: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => new Map(Object.entries(value ?? {})).get(name), config);
}
