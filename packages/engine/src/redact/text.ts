/** Redaction of one string: every reading is scanned, places are merged, replaced once, and counted by rule. */
import { RecentMap } from '../cache/recent-map.ts';
import { createPrefilter } from './prefilter.ts';
import type { Rule } from './rule.ts';
import { createScanner, type Found, type Scanner } from './scan.ts';
import { viewsOf } from './view.ts';

export interface TextResult {
  readonly text: string;
  /** Matches by rule name; empty when nothing was found. */
  readonly counts: ReadonlyMap<string, number>;
  /** True when a rule failed and the whole text was replaced. */
  readonly failed: boolean;
}

export interface TextRedactor {
  /** Never throws; the same result when given its own result. */
  redact(text: string): TextResult;
  /** The places to replace in a text, merged and in order; throws when a rule does. */
  find(text: string): readonly Found[];
  /** False when no rule finds anything in the text, nor in any part of it; much cheaper than to look. */
  mayFind(text: string): boolean;
  readonly rules: readonly Rule[];
}

/** What stands for a text in which a rule failed: nothing unexamined passes. */
export const failedPlaceholder = '[REDACTION_FAILED]';

const nothing: ReadonlyMap<string, number> = new Map();
/** What became of short texts is remembered (paths, arguments), at most about 16 MB of them. Longer ones seldom come again. */
const maxMemos = 16_384;
const maxMemoChars = 512;
/** A replacement can bring characters together that match anew; each pass shortens what is left to find. */
const maxPasses = 4;

/** Where placeholders already stand. A match inside one is not a secret, so redacting twice changes nothing. */
function protectedSpans(
  text: string,
  placeholders: readonly string[],
): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (const placeholder of placeholders) {
    for (
      let at = text.indexOf(placeholder);
      at !== -1;
      at = text.indexOf(placeholder, at + placeholder.length)
    ) {
      spans.push([at, at + placeholder.length]);
    }
  }
  return spans.sort((a, b) => a[0] - b[0]);
}

/** Drops what lies inside a placeholder, joins what overlaps; the name of the lowest rule stays. */
function merge(found: Found[], text: string, placeholders: readonly string[]): readonly Found[] {
  if (found.length === 0) return found;
  const spans = protectedSpans(text, placeholders);
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Found[] = [];
  let next = 0;
  for (const item of found) {
    while (next < spans.length && (spans[next]?.[1] ?? 0) <= item.start) next += 1;
    const span = spans[next];
    if (span !== undefined && span[0] <= item.start && item.end <= span[1]) continue;
    const last = merged.at(-1);
    if (last === undefined || item.start >= last.end) merged.push(item);
    else {
      merged[merged.length - 1] = {
        start: last.start,
        end: Math.max(last.end, item.end),
        rule: Math.min(last.rule, item.rule),
      };
    }
  }
  return merged;
}

function collect(scan: Scanner, text: string): Found[] {
  const found: Found[] = [];
  scan(text, (start, end, rule) => found.push({ start, end, rule }));
  for (const view of viewsOf(text)) {
    scan(view.text, (start, end, rule) => {
      found.push({ start: view.origin[start] ?? 0, end: view.origin[end] ?? text.length, rule });
    });
  }
  return found;
}

/** Creates the redactor of strings for a fixed, ordered list of rules. */
export function createTextRedactor(rules: readonly Rule[]): TextRedactor {
  const scan = createScanner(rules);
  const placeholders = [...new Set([...rules.map((rule) => rule.placeholder), failedPlaceholder])];

  const mayFind = createPrefilter(rules);
  const memo = new RecentMap<string, TextResult>(maxMemos);

  const find = (text: string): readonly Found[] => merge(collect(scan, text), text, placeholders);

  const pass = (text: string, counts: Map<string, number>): string => {
    const found = find(text);
    if (found.length === 0) return text;
    const pieces: string[] = [];
    let copied = 0;
    for (const { start, end, rule } of found) {
      const { name, placeholder } = rules[rule] ?? { name: 'unknown', placeholder: failedPlaceholder };
      pieces.push(text.slice(copied, start), placeholder);
      copied = end;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    pieces.push(text.slice(copied));
    return pieces.join('');
  };

  const examine = (text: string): TextResult => {
    const counts = new Map<string, number>();
    let current = text;
    for (let round = 0; round < maxPasses; round += 1) {
      const next = pass(current, counts);
      if (next === current) break;
      current = next;
    }
    return counts.size === 0
      ? { text, counts: nothing, failed: false }
      : { text: current, counts, failed: false };
  };

  return {
    rules,
    find,
    mayFind,
    redact(text) {
      try {
        if (!mayFind(text)) return { text, counts: nothing, failed: false };
        const known = text.length > maxMemoChars ? undefined : memo.get(text);
        if (known !== undefined) return known;
        const result = examine(text);
        if (text.length <= maxMemoChars) memo.set(text, result);
        return result;
      } catch {
        return { text: failedPlaceholder, counts: nothing, failed: true };
      }
    },
  };
}
