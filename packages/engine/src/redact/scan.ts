/** Finds all places of all rules in one reading of a text: one pass for the literals, one for each rule without a literal. */
import type { Rule, TriggerRule } from './rule.ts';

export interface Found {
  readonly start: number;
  readonly end: number;
  /** Index of the rule: the lower one wins. */
  readonly rule: number;
}

type Report = (start: number, end: number, rule: number) => void;
export type Scanner = (text: string, report: Report) => void;

interface Candidate {
  readonly index: number;
  readonly rule: TriggerRule;
  readonly trigger: string;
}

function escapeLiteral(literal: string): string {
  return literal.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** Rules whose literals are compared alike, scanned by one alternation of all literals. */
function literalScanner(
  rules: readonly { readonly index: number; readonly rule: TriggerRule }[],
  ignoreCase: boolean,
): Scanner {
  const candidates: Candidate[] = rules.flatMap(({ index, rule }) =>
    rule.triggers.map((trigger) => ({ index, rule, trigger })),
  );
  const literals = [...new Set(candidates.map((candidate) => candidate.trigger))].sort(
    (a, b) => b.length - a.length,
  );
  // a place that shows a long literal also shows those it begins with
  const byLiteral = new Map(
    literals.map((literal) => [
      literal,
      candidates.filter((candidate) => literal.startsWith(candidate.trigger)),
    ]),
  );
  const expression = new RegExp(literals.map(escapeLiteral).join('|'), ignoreCase ? 'gi' : 'g');
  const resumeAt = new Map<number, number>();
  return (text, report) => {
    resumeAt.clear();
    expression.lastIndex = 0;
    for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
      const at = match.index;
      expression.lastIndex = at + 1;
      const literal = ignoreCase ? match[0].toLowerCase() : match[0];
      for (const { index, rule, trigger } of byLiteral.get(literal) ?? []) {
        // inside its own last match a rule finds nothing new, and looking again would cost the square of the input
        if (at < (resumeAt.get(index) ?? 0)) continue;
        const span = rule.matchAt(text, at, trigger);
        if (span === undefined || span.end <= span.start) continue;
        report(span.start, span.end, index);
        resumeAt.set(index, span.end);
      }
    }
  };
}

/** Builds the scanner of a fixed list of rules. The scanner throws when a rule throws. */
export function createScanner(rules: readonly Rule[]): Scanner {
  const exact: { index: number; rule: TriggerRule }[] = [];
  const folded: { index: number; rule: TriggerRule }[] = [];
  const scanners: Scanner[] = [];
  rules.forEach((rule, index) => {
    if (rule.kind === 'trigger') (rule.ignoreCase ? folded : exact).push({ index, rule });
    else scanners.push((text, report) => rule.find(text, (start, end) => report(start, end, index)));
  });
  if (exact.length > 0) scanners.push(literalScanner(exact, false));
  if (folded.length > 0) scanners.push(literalScanner(folded, true));
  return (text, report) => {
    for (const scan of scanners) scan(text, report);
  };
}
