import type { CaptureFamily } from '../graphql/capture-status.ts';
import type { ReadinessProblem } from '../http/readiness.ts';
import type { Capture } from './capture.ts';

/** A capture that captures nothing, because the engine could not start; it says why. */
export function createIdleCapture(problems: readonly ReadinessProblem[]): Capture {
  const reason = problems[0]?.problem;
  const families: readonly CaptureFamily[] = ['process', 'tls'].map((name) => ({
    name,
    active: false,
    reason,
  }));
  return {
    families: () => families,
    targets: () => [],
    problems: () => problems,
    counts: () => ({ bytes: 0, dropped: [], stages: [], rings: [], connections: 0 }),
    setRedaction: async () => Promise.resolve(),
    setScope: async () => Promise.resolve(),
    close: async () => Promise.resolve(),
  };
}
