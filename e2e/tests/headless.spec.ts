import { expect } from '@playwright/test';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../src/free-port.ts';
import { planted } from '../src/planted.ts';
import { startProgram } from '../src/program.ts';
import { test } from '../src/system.ts';

const repository = join(import.meta.dirname, '../..');

test.beforeEach(({ system }) => test.skip(!system.captures, 'nothing can be captured here'));

test('eyrie record writes redacted events as JSON lines, beside a running server', async ({ system }) => {
  const output = join(system.folder, 'events.jsonl');
  const record = startProgram(process.execPath, [
    join(repository, 'apps/server/src/main.ts'),
    ...['record', '--output', output, '--scope-subtree', String(process.pid)],
  ]);
  await record.says('"capturing"');
  await system.runClient('openai-agent');
  const read = (): string => readFileSync(output, 'utf8');
  await expect.poll(read).toContain('"ai.response"');
  expect(await record.stop()).toBe(0);
  const events = read()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { oisp_version: string; event_type: string });
  expect(events.every((event) => event.oisp_version === '0.1')).toBe(true);
  expect(events.map((event) => event.event_type)).toEqual(
    expect.arrayContaining([
      'ai.request',
      'ai.response',
      'agent.tool_call',
      'agent.tool_result',
      'process.exec',
    ]),
  );
  for (const secret of planted) expect(read()).not.toContain(secret);
  expect(read()).toContain('[GITHUB_TOKEN_REDACTED]');
  expect(statSync(output).mode & 0o777).toBe(0o600);
});

test('a real Prometheus scrapes what the dashboard counts', async ({ system }) => {
  await system.runClient('curl');
  const port = await freePort();
  const example = readFileSync(join(repository, 'deploy/prometheus/eyrie.yml'), 'utf8');
  const config = `global: { scrape_interval: 1s }\n${example.replace('127.0.0.1:7777', new URL(system.direct).host)}`;
  writeFileSync(join(system.folder, 'prometheus.yml'), config);
  const prometheus = startProgram('prometheus', [
    `--config.file=${join(system.folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(system.folder, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  try {
    const query = async (expression: string): Promise<number> => {
      const url = new URL(`http://127.0.0.1:${port}/api/v1/query`);
      url.searchParams.set('query', expression);
      const answer = await fetch(url).catch(() => undefined);
      const body = (await answer?.json()) as
        { data?: { result?: { value: [number, string] }[] } } | undefined;
      return Number(body?.data?.result?.[0]?.value[1] ?? Number.NaN);
    };
    await expect.poll(() => query('up{job="eyrie"}'), { timeout: 30_000 }).toBe(1);
    await expect.poll(() => query('eyrie_events_total{type="ai.request"}')).toBeGreaterThan(0);
    await expect.poll(() => query('eyrie_capture_ready')).toBe(1);
  } finally {
    await prometheus.stop();
  }
});
