import type { EventInput } from '@eyrie/db';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestObserver } from '../http/request-metrics.ts';
import { CappedLabels } from './capped-labels.ts';
import type { MetricSources } from './sources.ts';

/** Eyrie's metrics, in a registry of their own. */
export interface Metrics {
  readonly observeRequest: RequestObserver;
  /** Counts events that were stored; `latenciesUs` are kernel to committed, absent for replayed events. */
  observeStored(events: readonly EventInput[], latenciesUs: readonly number[]): void;
  /** Where running totals are read from; until it is called only process metrics and constants are shown. */
  attach(sources: MetricSources): void;
  exposition(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Model names are free text in captured requests; a machine uses a few dozen. */
const maxModelSeries = 200;
const maxProviderSeries = 50;
/** From a hundredth of the SLO in the seeds (500 us) up to the seconds a full disk costs. */
const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Gauges of prom-client whose names end in _total, which is for counters: `promtool check metrics` refuses them. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Creates all metrics; names start with `eyrie_`, process ones keep the names every dashboard knows. */
export function createMetrics(build: { readonly version: string }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const registers = [registry];

  const info = new Gauge({
    name: 'eyrie_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'node_version'],
    registers,
  });
  info.set({ version: build.version, node_version: process.version }, 1);
  new Gauge({ name: 'eyrie_up', help: 'Always 1 while Eyrie answers.', registers }).set(1);

  const requests = new Counter({
    name: 'eyrie_http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'eyrie_http_request_duration_seconds',
    help: 'Time until an HTTP answer began.',
    labelNames: ['route'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const observeStored = createEventMetrics(registry);

  return {
    observeRequest({ method, route, status, seconds }) {
      requests.inc({ method, route, status: String(status) });
      durations.observe({ route }, seconds);
    },
    observeStored,
    attach: (sources) => attachSources(registry, sources),
    exposition: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function createEventMetrics(registry: Registry): Metrics['observeStored'] {
  const registers = [registry];
  const events = new Counter({
    name: 'eyrie_events_total',
    help: 'Events stored, by type.',
    labelNames: ['type'],
    registers,
  });
  const latency = new Histogram({
    name: 'eyrie_event_store_latency_seconds',
    help: 'Time from the kernel record that completed an event to its commit in the database.',
    buckets: latencyBuckets,
    registers,
  });
  const aiRequests = new Counter({
    name: 'eyrie_ai_requests_total',
    help: 'AI responses and failed requests stored, by provider, model and outcome; rare ones are under "other".',
    labelNames: ['provider', 'model', 'outcome'],
    registers,
  });
  const aiTokens = new Counter({
    name: 'eyrie_ai_tokens_total',
    help: 'Tokens that AI providers reported, by kind; cached and reasoning tokens are parts of prompt and completion.',
    labelNames: ['provider', 'type'],
    registers,
  });
  const models = new CappedLabels(maxModelSeries);
  const providers = new CappedLabels(maxProviderSeries);

  return (stored, latenciesUs) => {
    for (const latencyUs of latenciesUs) latency.observe(Math.max(0, latencyUs) / 1_000_000);
    for (const event of stored) {
      events.inc({ type: event.eventType });
      const { ai } = event;
      if (ai == null || event.eventType !== 'ai.response') continue;
      const [provider = 'other', model = 'other'] = models.admit([
        ai.provider ?? 'unknown',
        ai.model ?? 'unknown',
      ]);
      aiRequests.inc({ provider, model, outcome: ai.success === false ? 'error' : 'success' });
      const [tokenProvider = 'other'] = providers.admit([ai.provider ?? 'unknown']);
      const tokens = {
        prompt: ai.promptTokens,
        completion: ai.completionTokens,
        cached: ai.cachedTokens,
        reasoning: ai.reasoningTokens,
      };
      for (const [type, count] of Object.entries(tokens)) {
        if (count != null && count > 0) aiTokens.inc({ provider: tokenProvider, type }, count);
      }
    }
  };
}

/** Metrics that are read at each scrape. A counter is set to its total: `reset` and `inc` in one synchronous step. */
function attachSources(registry: Registry, sources: MetricSources): void {
  const registers = [registry];
  const counter = (
    name: string,
    help: string,
    labelNames: readonly string[],
    read: (metric: Counter) => void,
  ): void => {
    new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      collect() {
        this.reset();
        read(this);
      },
    });
  };
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    read: (metric: Gauge) => unknown,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      async collect() {
        this.reset();
        await read(this);
      },
    });
  };

  counter('eyrie_capture_bytes_total', 'Bytes of records read from the kernel.', [], (metric) =>
    metric.inc(sources.captureBytes()),
  );
  counter(
    'eyrie_dropped_total',
    'What was lost or left out, by stage and reason.',
    ['stage', 'reason'],
    (metric) => {
      for (const { stage, reason, total } of sources.dropped()) metric.inc({ stage, reason }, total);
    },
  );
  counter(
    'eyrie_lost_total',
    'Of what was dropped, all that should have been stored: 0 when nothing is missing.',
    [],
    (metric) => metric.inc(sources.lost()),
  );
  counter('eyrie_stage_received_total', 'What each stage took in.', ['stage'], (metric) => {
    for (const { stage, received } of sources.stages()) metric.inc({ stage }, received);
  });
  counter('eyrie_stage_emitted_total', 'What each stage passed on.', ['stage'], (metric) => {
    for (const { stage, emitted } of sources.stages()) metric.inc({ stage }, emitted);
  });
  gauge('eyrie_ring_bytes', 'Size of each kernel ring buffer.', ['ring'], (metric) => {
    for (const { ring, sizeBytes } of sources.rings()) metric.set({ ring }, sizeBytes);
  });
  gauge('eyrie_ring_pending_bytes', 'Bytes that wait in each kernel ring buffer.', ['ring'], (metric) => {
    for (const { ring, pendingBytes } of sources.rings()) metric.set({ ring }, pendingBytes);
  });
  gauge(
    'eyrie_tls_targets',
    'Libraries and executables with TLS functions, by state.',
    ['state'],
    (metric) => {
      const { captured, notCaptured } = sources.tlsTargets();
      metric.set({ state: 'captured' }, captured);
      metric.set({ state: 'not_captured' }, notCaptured);
    },
  );
  gauge(
    'eyrie_capture_ready',
    '1 when everything the configuration asks for is captured and stored.',
    [],
    (metric) => metric.set(sources.ready() ? 1 : 0),
  );
  gauge('eyrie_sessions', 'Signed-in sessions that made a request in the last five minutes.', [], (metric) =>
    metric.set(sources.sessions()),
  );
  gauge('eyrie_tls_connections', 'TLS connections whose plaintext is being followed.', [], (metric) =>
    metric.set(sources.connections()),
  );
  gauge('eyrie_live_subscriptions', 'Open live subscriptions.', [], (metric) =>
    metric.set(sources.subscribers()),
  );
  gauge(
    'eyrie_db_size_bytes',
    'Bytes of the event database on disk, its write-ahead log included.',
    [],
    async (metric) => metric.set(await sources.databaseBytes()),
  );
}
