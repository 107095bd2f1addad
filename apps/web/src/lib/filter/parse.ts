/** Keys a filter may use, in the order they are suggested and printed. */
export const filterKeys = [
  'provider',
  'model',
  'process',
  'pid',
  'type',
  'since',
  'until',
  'exec',
  'conversation',
  'connection',
] as const;

export type FilterKey = (typeof filterKeys)[number];

interface FilterTerm {
  readonly key: FilterKey;
  readonly value: string;
}

export interface FilterProblem {
  readonly token: string;
  /** 1-based place of the token in the text. */
  readonly column: number;
  readonly message: string;
}

export interface Filter {
  readonly terms: readonly FilterTerm[];
  /** Words and phrases to find in what was said. */
  readonly text: readonly string[];
  readonly problems: readonly FilterProblem[];
}

export interface FilterToken {
  readonly raw: string;
  /** 0-based place in the text. */
  readonly start: number;
  readonly key: string | null;
  readonly value: string;
}

/** Splits filter text at spaces outside quotes. An unclosed quote runs to the end of the text. */
export function tokenizeFilter(text: string): readonly FilterToken[] {
  const tokens: FilterToken[] = [];
  const pattern = /(?:([A-Za-z]+):)?("(?:[^"\\]|\\.)*"?|[^\s"]+)?/gy;
  let position = 0;
  while (position < text.length) {
    if (/\s/.test(text.charAt(position))) {
      position += 1;
      continue;
    }
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    const raw = match?.[0] ?? '';
    if (raw === '') break;
    tokens.push({
      raw,
      start: position,
      key: match?.[1]?.toLowerCase() ?? null,
      value: unquote(match?.[2] ?? ''),
    });
    position += raw.length;
  }
  return tokens;
}

/** Reads filter text such as `provider:anthropic since:1h "read file"`. Never throws: what it can't read is a problem. */
export function parseFilter(text: string): Filter {
  const terms: FilterTerm[] = [];
  const words: string[] = [];
  const problems: FilterProblem[] = [];
  for (const token of tokenizeFilter(text)) {
    const problem = (message: string): void => {
      problems.push({ token: token.raw, column: token.start + 1, message });
    };
    if (token.key === null) {
      if (token.value !== '') words.push(token.value);
      continue;
    }
    const key = filterKeys.find((known) => known === token.key);
    if (key === undefined) {
      problem(
        `There is no filter “${token.key}”. Known: ${filterKeys.join(', ')}. Quote it to search for it as text.`,
      );
    } else if (token.value === '') {
      problem(`“${key}:” needs a value.`);
    } else {
      const fault = checkValue(key, token.value);
      if (fault === null) terms.push({ key, value: token.value });
      else problem(fault);
    }
  }
  return { terms, text: words, problems };
}

/** Milliseconds of a span such as `30m`, `1h`, `7d`; null when it is none. */
export function spanMs(value: string): number | null {
  const match = /^(\d{1,6})(s|m|h|d|w)$/.exec(value);
  const unit = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
  const letter = match?.[2];
  if (letter !== 's' && letter !== 'm' && letter !== 'h' && letter !== 'd' && letter !== 'w') return null;
  return Number(match?.[1]) * unit[letter];
}

function checkValue(key: FilterKey, value: string): string | null {
  if (key === 'pid') {
    return /^\d{1,10}$/.test(value) ? null : '“pid:” takes a number.';
  }
  if (key === 'since' || key === 'until') {
    const known = spanMs(value) !== null || !Number.isNaN(Date.parse(value));
    return known
      ? null
      : `“${key}:” takes a span such as 30m, 1h, 7d or a time such as 2026-11-21T03:00:00Z.`;
  }
  return null;
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  const end = value.length > 1 && /(?:^|[^\\])(?:\\\\)*"$/.test(value.slice(1)) ? -1 : undefined;
  return value.slice(1, end).replace(/\\(.)/g, '$1');
}
