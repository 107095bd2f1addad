/** Patterns written by people. They run on RE2JS, whose time is linear in the text whatever the pattern. */
import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { CustomRuleConfig } from './config.ts';
import type { ScanRule } from './rule.ts';

export type PatternResult =
  | { readonly ok: true; readonly pattern: RE2JS }
  | { readonly ok: false; readonly message: string; readonly column: number };

/** Longer patterns are lists, and a list compiled to an automaton costs memory for every text. */
const maxPatternChars = 1000;

/** 1-based column of the innermost group that is never closed, or of the first closing parenthesis without a group. */
function unbalancedColumn(pattern: string): number {
  const open: number[] = [];
  let inClass = false;
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern[index];
    if (char === '\\') index += 1;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') open.push(index);
    else if (char === ')' && open.pop() === undefined) return index + 1;
  }
  return (open.at(-1) ?? 0) + 1;
}

function columnOf(pattern: string, error: RE2JSSyntaxException): number {
  if (error.input === null) return Math.max(1, pattern.length);
  if (error.input === pattern && /[()]/.test(error.error)) return unbalancedColumn(pattern);
  const at = pattern.indexOf(error.input);
  return at === -1 ? 1 : at + 1;
}

/** In plain words, for what people get wrong most. */
const plainWords: Readonly<Record<string, string>> = {
  'missing closing )': 'A ( is never closed',
  'unexpected )': 'A ) closes no group',
  'missing closing ]': 'A [ is never closed',
  'missing argument to repetition operator': 'There is nothing to repeat before this sign',
};

/** What is wrong, without the place: that is the column's part. */
function explain(error: RE2JSSyntaxException): string {
  if (/^\(\?<?[=!]/.test(error.input ?? ''))
    return 'Look-around is not supported, because its time is not bounded';
  if (/^\\[1-9]/.test(error.input ?? ''))
    return 'Back-references are not supported, because their time is not bounded';
  const [first = '', ...rest] = error.error;
  return plainWords[error.error] ?? `${first.toUpperCase()}${rest.join('')}`;
}

/**
 * Compiles a pattern of a custom rule. Never throws: a pattern that cannot be used says why and names the column (1-based) of
 * the place.
 */
export function compilePattern(pattern: string): PatternResult {
  if (pattern === '') return { ok: false, message: 'The pattern is empty', column: 1 };
  if (pattern.length > maxPatternChars) {
    const message = `The pattern is longer than ${maxPatternChars} characters`;
    return { ok: false, message, column: maxPatternChars + 1 };
  }
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.test('')) {
      return {
        ok: false,
        message: 'The pattern matches empty text, so it would match everywhere',
        column: 1,
      };
    }
    return { ok: true, pattern: compiled };
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) {
      return { ok: false, message: explain(error), column: columnOf(pattern, error) };
    }
    return { ok: false, message: error instanceof Error ? error.message : String(error), column: 1 };
  }
}

/** Turns a compiled pattern into a rule. */
export function customRule(config: CustomRuleConfig, pattern: RE2JS): ScanRule {
  return {
    kind: 'scan',
    name: config.name,
    description: 'Custom rule',
    placeholder: config.placeholder,
    pattern: config.pattern,
    enabledByDefault: true,
    find(text, report) {
      // the yes-or-no test runs on an automaton and is ten times faster than finding the place
      if (!pattern.test(text)) return;
      const matcher = pattern.matcher(text);
      while (matcher.find()) {
        const start = matcher.start();
        const end = matcher.end();
        if (end > start) report(start, end);
      }
    },
  };
}
