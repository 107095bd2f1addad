/** Records of a trace file, at a chosen pace. */
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { recordKtimeUs } from '../trace/record-header.ts';
import type { TraceReader } from '../trace/reader.ts';
import type { RecordSource } from './source.ts';
import type { ReplaySource } from './types.ts';

export interface ReplayDeps {
  readonly source: ReplaySource;
  readonly trace: TraceReader;
  readonly push: (bytes: Uint8Array) => void;
  /** Resolves when more events can be taken: a replay waits instead of losing any. */
  readonly room: () => Promise<void>;
  /** The trace is at its end, or can be read no further. */
  readonly onEnd: () => void;
}

/** Longest pause between two batches, however long the recording was idle. */
const maxPauseMs = 10_000;

/** Starts replaying at the next turn of the event loop. */
export function startReplay({ source, trace, push, room, onEnd }: ReplayDeps): RecordSource {
  const stop = new AbortController();
  let batches = 0;
  let lastUs = 0;
  let finished = false;

  const pause = async (untilUs: number): Promise<void> => {
    const { speed } = source;
    if (speed === undefined || speed <= 0 || lastUs === 0 || untilUs <= lastUs) {
      await nextTurn();
      return;
    }
    const pauseMs = Math.min((untilUs - lastUs) / 1000 / speed, maxPauseMs);
    await delay(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
  };

  const run = async (): Promise<void> => {
    for (let batch = trace.next(); batch !== undefined && !stop.signal.aborted; batch = trace.next()) {
      const atUs = recordKtimeUs(batch, 0);
      await pause(atUs);
      await room();
      push(batch);
      batches += 1;
      lastUs = Math.max(lastUs, atUs);
    }
    finished = true;
    onEnd();
  };
  const running = nextTurn().then(run);

  return {
    ready: true,
    reasons: () => (trace.error === undefined ? [] : [trace.error.message]),
    families: () => [],
    targets: () => [],
    sensorStats: () => undefined,
    traceStats: () => undefined,
    replayStatus: () => ({
      finished,
      batches,
      ...(trace.error === undefined
        ? {}
        : { error: { code: trace.error.code, message: trace.error.message } }),
    }),
    beforeScope: () => 0,
    nowUs: () => lastUs,
    setScope: () => undefined,
    async close() {
      stop.abort();
      await running;
      trace.close();
    },
  };
}
