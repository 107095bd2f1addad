import type { TlsDataInput } from '../stream/types.ts';
import { createExchangeTracker } from './tracker.ts';

export interface AssemblyCount {
  readonly requests: number;
  readonly responses: number;
  readonly partial: number;
  /** Messages of conversations and choices in them: proof that the bodies were read. */
  readonly parts: number;
}

/** Measures stage 4 from outside the package: takes records, and tells how many messages came of them, not what they say. */
export interface AssemblyMeter {
  record(record: TlsDataInput): void;
  finish(): AssemblyCount;
}

/** A meter with default limits. */
export function createAssemblyMeter(): AssemblyMeter {
  let parts = 0;
  const tracker = createExchangeTracker({
    onRequest(message) {
      parts += message.data.messages_count;
    },
    onResponse(message) {
      parts += message.data.choices.length;
    },
  });
  return {
    record: (record) => tracker.tlsData(record),
    finish() {
      tracker.flush();
      const { emittedRequests, emittedResponses, partial } = tracker.stats();
      return { requests: emittedRequests, responses: emittedResponses, partial, parts };
    },
  };
}
