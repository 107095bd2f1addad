import { expect, it } from 'vitest';
import { compareConfigs, mergeReloadable } from './compare.ts';
import { configReference } from './key-reference.ts';
import { configSchema, type Config } from './schema.ts';

function config(input: object): Config {
  const parsed = configSchema.parse(input);
  return { ...parsed, storage: { ...parsed.storage, directory: '/data' } };
}

it('tells keys that apply at once from keys that need a restart', () => {
  const before = config({});
  const after = config({
    server: { port: 1 },
    storage: { retention_days: 2 },
    capture: { exclude: { users: ['root'] }, ring_bytes: 524288 },
    redaction: { patterns: [{ name: 'a', pattern: 'b' }] },
  });
  expect(compareConfigs(before, after)).toEqual({
    applied: ['storage.retention_days', 'capture.exclude.users', 'redaction.patterns'],
    needRestart: ['server.port', 'capture.ring_bytes'],
  });
  const merged = mergeReloadable(before, after);
  expect(compareConfigs(before, merged).needRestart).toEqual([]);
  expect(compareConfigs(merged, after)).toEqual({
    applied: [],
    needRestart: ['server.port', 'capture.ring_bytes'],
  });
});

it('says of every key when it takes effect', () => {
  const tables = [configReference];
  for (const table of tables) {
    tables.push(...table.tables);
    for (const key of table.keys) expect(key.description, key.path).not.toBe('');
  }
  expect(tables.length).toBeGreaterThan(8);
});
