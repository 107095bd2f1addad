/** Something that keeps Eyrie from doing its whole work, and what to do about it. */
export interface ReadinessProblem {
  /** The part concerned: `capture`, `tls`, `store`. */
  readonly part: string;
  readonly problem: string;
  readonly fix: string;
}

export interface Readiness {
  /** True when everything the configuration asks for is captured and stored. */
  readonly ready: boolean;
  readonly problems: readonly ReadinessProblem[];
}
