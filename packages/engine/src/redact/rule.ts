/** What a redaction rule is. Rules report places; replacing, merging and counting is done once, in `text.ts`. */

/** Half-open range of UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface RuleBase {
  /** Stable name: the `type` of findings and the key of settings. */
  readonly name: string;
  readonly description: string;
  readonly placeholder: string;
  /** The shape in regular expression notation, for people; what runs may check more (a Luhn digit, a boundary). */
  readonly pattern: string;
  readonly enabledByDefault: boolean;
}

/**
 * A rule whose matches contain one of a few literal strings. One scan finds the literals of all rules; `matchAt` then looks at
 * the place. `matchAt` must look at a bounded distance to the left, and to the right only as far as a match it returns or a
 * fixed bound: this is what makes the whole linear.
 */
export interface TriggerRule extends RuleBase {
  readonly kind: 'trigger';
  /** Lower case when `ignoreCase`. */
  readonly triggers: readonly string[];
  readonly ignoreCase: boolean;
  matchAt(text: string, at: number, trigger: string): Span | undefined;
}

/** A rule without a literal to look for; it must be linear by itself. */
export interface ScanRule extends RuleBase {
  readonly kind: 'scan';
  /**
   * No match has fewer digits than this, and between its digits nothing but spaces (also U+00A0) and dashes: texts without
   * such a run are not scanned. Absent: every text is.
   */
  readonly minDigits?: number;
  find(text: string, report: (start: number, end: number) => void): void;
}

export type Rule = TriggerRule | ScanRule;

/** Matches a sticky expression at one place; returns the end or -1. */
export function matchSticky(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}

/** True when the code unit is an ASCII letter or digit. */
export function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** True when the code unit is an ASCII digit. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
