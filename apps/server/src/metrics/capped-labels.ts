/**
 * Bounds the series a metric can have: the first `limit` combinations of label values keep their own, later ones are
 * counted under "other". Values come from captured traffic, so anybody who can talk can invent new ones.
 */
export class CappedLabels {
  readonly #seen = new Set<string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `values` when they have a series or may still get one, else as many times "other". */
  admit(values: readonly string[]): readonly string[] {
    const clipped = values.map((value) => value.slice(0, 100));
    const id = JSON.stringify(clipped);
    if (this.#seen.has(id)) return clipped;
    if (this.#seen.size >= this.#limit) return values.map(() => 'other');
    this.#seen.add(id);
    return clipped;
  }
}
