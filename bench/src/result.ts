/** One benchmark's outcome: a figure, what it is compared with in the same run, and their ratio. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: { readonly name: string; readonly value: number };
  /** value / floor.value. */
  readonly ratio: number;
  /** Anything else worth a line: drops, conditions. */
  readonly notes?: readonly string[];
}

/** The middle of several repeats: one slow repeat on a shared machine must not decide. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
