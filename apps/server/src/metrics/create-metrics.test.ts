import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { createMetrics } from './create-metrics.ts';
import type { MetricSources } from './sources.ts';

const sources: MetricSources = {
  captureBytes: () => 4096,
  dropped: () => [{ stage: 'store', reason: 'disk_full', total: 3 }],
  lost: () => 3,
  stages: () => [{ stage: 'store', received: 10, emitted: 7 }],
  rings: () => [{ ring: 'tls', sizeBytes: 65536, pendingBytes: 12 }],
  tlsTargets: () => ({ captured: 2, notCaptured: 1 }),
  databaseBytes: async () => Promise.resolve(8192),
  subscribers: () => 1,
  connections: () => 4,
  sessions: () => 2,
  ready: () => true,
};

const response = {
  eventId: '1',
  eventType: 'ai.response',
  timeUs: 0,
  completeness: 'full',
  redactionCount: 0,
  summary: '',
  payload: '{}',
  ai: { provider: 'openai', model: 'gpt "x"\n\\', success: true, promptTokens: 5, completionTokens: 2 },
} as const;

async function scrape(count = 1): Promise<string> {
  const metrics = createMetrics({ version: '0.1.0' });
  metrics.attach(sources);
  for (let index = 0; index < count; index += 1) {
    const model = count === 1 ? response.ai.model : `model-${index}`;
    metrics.observeStored([{ ...response, ai: { ...response.ai, model } }], [2_000]);
  }
  metrics.observeRequest({ method: 'GET', route: '/health', status: 200, seconds: 0.01 });
  await metrics.exposition(); // totals must not add up from scrape to scrape
  return (await metrics.exposition()).text;
}

it('shows totals as they are, however often it is asked', async () => {
  const text = await scrape();
  expect(text).toContain('eyrie_dropped_total{stage="store",reason="disk_full"} 3');
  expect(text).toContain('eyrie_capture_bytes_total 4096');
  expect(text).toContain('eyrie_events_total{type="ai.response"} 1');
  expect(text).toContain('eyrie_event_store_latency_seconds_bucket{le="0.0025"} 1');
  expect(text).toContain('eyrie_ai_tokens_total{provider="openai",type="prompt"} 5');
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
});

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

it.skipIf(!hasPromtool)('satisfies promtool without a remark', async () => {
  const result = spawnSync('promtool', ['check', 'metrics'], { input: await scrape(), encoding: 'utf8' });
  expect(result.error).toBeUndefined();
  expect({ status: result.status, remarks: result.stdout + result.stderr }).toEqual({
    status: 0,
    remarks: '',
  });
});

it('bounds the series that model names can make', async () => {
  const text = await scrape(1000);
  const series = text.split('\n').filter((line) => line.startsWith('eyrie_ai_requests_total{'));
  expect(series).toHaveLength(201);
  expect(text).toContain('eyrie_ai_requests_total{provider="other",model="other",outcome="success"} 800');
});
