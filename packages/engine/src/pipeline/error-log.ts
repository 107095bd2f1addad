/** Counts exceptions by place, so that one bad record costs itself only and still shows. */
export interface ErrorLog {
  /** Runs a step; false when it threw. */
  guard(place: string, step: () => void): boolean;
  counts(): Readonly<Record<string, number>>;
  samples(): Readonly<Record<string, string>>;
}

/** Creates an empty log. */
export function createErrorLog(): ErrorLog {
  const counts = new Map<string, number>();
  const samples = new Map<string, string>();
  return {
    guard(place, step) {
      try {
        step();
        return true;
      } catch (error) {
        counts.set(place, (counts.get(place) ?? 0) + 1);
        if (!samples.has(place)) samples.set(place, describe(error));
        return false;
      }
    },
    counts: () => Object.fromEntries(counts),
    samples: () => Object.fromEntries(samples),
  };
}

/** Where it happened, without the message: a message may quote the data that was being handled. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frame = /\n\s+at ([^\n]+)/.exec(error.stack ?? '')?.[1] ?? 'unknown place';
  return `${error.name} at ${frame.replace(/\(.*\/packages\//, '(packages/')}`;
}
