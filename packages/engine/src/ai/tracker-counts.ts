import type { Completeness } from '../event/types.ts';
import type { DropCount, StreamDropReason } from './types.ts';

interface MutableCount {
  count: number;
  bytes: number;
}

function zero(): MutableCount {
  return { count: 0, bytes: 0 };
}

/** Counters of one tracker. Every loss passes through `drop`. */
export class TrackerCounts {
  records = 0;
  bytes = 0;
  requests = 0;
  responses = 0;
  emittedRequests = 0;
  emittedResponses = 0;
  unanswered = 0;
  partial = 0;
  readonly #drops: Readonly<Record<StreamDropReason, MutableCount>> = {
    duplicate: zero(),
    stream_gap: zero(),
    unsynchronised: zero(),
    not_http: zero(),
    http2: zero(),
    upgraded: zero(),
    invalid_http: zero(),
    not_ai: zero(),
    unsupported_endpoint: zero(),
    body_limit: zero(),
    memory_limit: zero(),
    connection_limit: zero(),
    connection_idle: zero(),
    pairing_lost: zero(),
    orphan_response: zero(),
    after_close: zero(),
  };

  drop(reason: StreamDropReason, count: number, bytes: number): void {
    const drop = this.#drops[reason];
    drop.count += count;
    drop.bytes += bytes;
  }

  emit(kind: 'request' | 'response', completeness: Completeness): void {
    if (kind === 'request') this.emittedRequests++;
    else this.emittedResponses++;
    if (completeness !== 'full') this.partial++;
  }

  /** A copy that later counting does not change. */
  drops(): Readonly<Record<StreamDropReason, DropCount>> {
    return structuredClone(this.#drops);
  }
}
