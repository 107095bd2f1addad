import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig, type ConfigSources } from './load.ts';
import { createConfigHolder, type ConfigHolder } from './reload.ts';
import type { Config } from './schema.ts';

let directory: string;
let file: string;
let applied: Config[];
let refusal: string | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eyrie-reload-'));
  file = join(directory, 'config.toml');
  applied = [];
  refusal = undefined;
});
afterEach(() => rmSync(directory, { recursive: true }));

function open(text: string): ConfigHolder {
  writeFileSync(file, text);
  const sources: ConfigSources = {
    path: file,
    environment: {},
    flags: { port: '7000' },
    isRoot: false,
    homeDirectory: '/home/ada',
    builtInRuleNames: [],
    checkPattern: () => ({ ok: true }),
  };
  const loaded = loadConfig(sources);
  if (!loaded.ok) throw new Error('refused');
  return createConfigHolder({
    initial: loaded.config,
    sources,
    apply: async (config) => {
      applied.push(config);
      return Promise.resolve(refusal === undefined ? { ok: true } : { ok: false, message: refusal });
    },
  });
}

it('applies what can be applied and names what waits for a restart', async () => {
  const holder = open('[log]\nlevel = "info"\n');
  writeFileSync(file, '[log]\nlevel = "debug"\n[capture]\ntls = false\n[server]\nport = 1\n');
  expect(await holder.reload()).toEqual({ ok: true, applied: ['log.level'], needRestart: ['capture.tls'] });
  expect(holder.current()).toMatchObject({
    log: { level: 'debug' },
    capture: { tls: true },
    server: { port: 7000 },
  });
  expect((await holder.reload()).ok).toBe(true);
});

it('keeps everything when the file has an error, and works again when it is mended', async () => {
  const holder = open('[log]\nlevel = "warn"\n');
  writeFileSync(file, '[log]\nlevel = "loud"\n');
  expect(await holder.reload()).toMatchObject({
    ok: false,
    problems: [{ line: 2, column: 1, key: 'log.level' }],
  });
  expect(applied).toEqual([]);
  expect(holder.current().log.level).toBe('warn');
  writeFileSync(file, '[log]\nlevel = "error"\n');
  expect(await holder.reload()).toMatchObject({ ok: true, applied: ['log.level'] });
});

it('keeps everything when the new configuration can not be applied', async () => {
  const holder = open('');
  refusal = 'the kernel said no';
  writeFileSync(file, '[redaction]\nmode = "full"\n');
  expect(await holder.reload()).toMatchObject({
    ok: false,
    problems: [{ source: file, message: 'the kernel said no' }],
  });
  expect(holder.current().redaction.mode).toBe('safe');
});
