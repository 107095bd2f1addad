import { afterEach, expect, it } from 'vitest';
import type { RedactedEvent } from '@eyrie/engine';
import { openTestApp, type TestApp } from '../../test/open-test-app.ts';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

const now = (): number => Number(process.hrtime.bigint() / 1000n);

function exec(id: string, more: object = {}): RedactedEvent {
  return {
    event_id: id,
    event_type: 'process.exec',
    ts: new Date().toISOString(),
    source: { collector: 'eyrie', collector_version: '0', capture_method: 'ebpf_tracepoint' },
    confidence: { level: 'high', completeness: 'full', reasons: [] },
    data: { exe: '/bin/true', args: ['true', id], args_truncated: false },
    ...more,
  } as unknown as RedactedEvent;
}

it('stores, publishes with the ids of the store, and measures, in order', async () => {
  app = await openTestApp();
  const { ingest, bus, stores } = app.core;
  const subscription = bus.subscribe({ accepts: () => true, wake: () => undefined, ended: () => undefined });
  ingest.accept([exec('A'), exec('B')], [now(), now()]);
  ingest.accept([], []);
  ingest.accept([exec('C')], [now()]);
  await ingest.settle();
  const { events } = subscription.take(10);
  const stored = await stores.reader.findEventsAfterId(0, 10);
  expect(events).toEqual(stored);
  expect(events.map((event) => event.eventId)).toEqual(['A', 'B', 'C']);
  expect(ingest.stats()).toMatchObject({ received: 3, emitted: 3, unmappable: 0 });
  const metrics = await (await app.request('/metrics')).text();
  expect(metrics).toContain('eyrie_events_total{type="process.exec"} 3');
  expect(metrics).toContain('eyrie_event_store_latency_seconds_count 3');
});

it('publishes each event once when some were stored before', async () => {
  app = await openTestApp();
  const { ingest, bus } = app.core;
  ingest.accept([exec('A'), exec('B')], [now(), now()]);
  await ingest.settle();
  const subscription = bus.subscribe({ accepts: () => true, wake: () => undefined, ended: () => undefined });
  ingest.accept([exec('C'), exec('A'), exec('D')], [now(), now(), now()]);
  await ingest.settle();
  expect(subscription.take(10).events.map((event) => event.eventId)).toEqual(['C', 'D']);
});

it('loses one malformed event, counts it, and keeps the rest', async () => {
  app = await openTestApp();
  const { ingest } = app.core;
  ingest.accept([exec('A', { data: undefined }), exec('B')], [now(), now()]);
  await ingest.settle();
  expect(ingest.stats()).toMatchObject({ received: 2, emitted: 1, unmappable: 1 });
  const metrics = await (await app.request('/metrics')).text();
  expect(metrics).toContain('eyrie_dropped_total{stage="ingest",reason="unmappable"} 1');
});

it('measures no delay for events that are replayed', async () => {
  app = await openTestApp();
  app.core.ingest.accept([exec('A', { source: { replayed: true } })], [1]);
  await app.core.ingest.settle();
  const metrics = await (await app.request('/metrics')).text();
  expect(metrics).toContain('eyrie_event_store_latency_seconds_count 0');
  expect(app.core.ingest.stats().behindMs).toBe(0);
});
