import { MemoryBudget } from '../protocol/common/memory-budget.ts';
import { Http1Connection } from '../protocol/http1/stitch.ts';
import { StreamAssembler } from '../stream/assembler.ts';
import type { ConnectionFacts, StreamConsumer } from '../stream/assembler.ts';
import { ExchangeReader } from './exchange-reader.ts';
import { defaultLimits } from './limits.ts';
import { TrackerCounts } from './tracker-counts.ts';
import type { ExchangeTracker, ExchangeTrackerOptions, TrackerLimits } from './types.ts';

/**
 * Stage 4: TLS records in, AI messages out through the callbacks. Synchronous; never throws on what is captured.
 *
 * @example
 * const tracker = createExchangeTracker({ onRequest: keep, onResponse: keep });
 * tracker.tlsData(record);
 */
export function createExchangeTracker(options: ExchangeTrackerOptions): ExchangeTracker {
  const limits: TrackerLimits = { ...defaultLimits, ...options.limits };
  const counts = new TrackerCounts();
  const budget = new MemoryBudget(limits.maxBufferedBytes);
  let lastExchangeId = 0;

  function open(facts: ConnectionFacts): StreamConsumer {
    const handler = new ExchangeReader({ tracker: options, limits, counts, facts });
    return new Http1Connection({ handler, budget, nextExchangeId: () => ++lastExchangeId });
  }

  const streams = new StreamAssembler({
    open,
    drop: (reason, count, bytes) => counts.drop(reason, count, bytes),
    maxConnections: limits.maxConnections,
    idleUs: limits.idleUs,
  });

  return {
    tlsData(record) {
      counts.records++;
      counts.bytes += record.payload.length;
      streams.data(record);
    },
    tlsState: (record) => streams.state(record),
    processExited: (startBoottimeUs, tgid) => streams.processExited(startBoottimeUs, tgid),
    tick: (nowUs) => streams.tick(nowUs),
    flush: () => streams.flush(),
    stats: () => ({
      records: counts.records,
      bytes: counts.bytes,
      openConnections: streams.openConnections,
      bufferedBytes: budget.usedBytes,
      requests: counts.requests,
      responses: counts.responses,
      emittedRequests: counts.emittedRequests,
      emittedResponses: counts.emittedResponses,
      unanswered: counts.unanswered,
      partial: counts.partial,
      drops: counts.drops(),
    }),
  };
}
