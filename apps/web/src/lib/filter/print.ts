import { filterKeys, tokenizeFilter, type Filter, type FilterKey } from './parse.ts';

/** Filter text that parses back to the same filter: terms in the order of the keys, then phrases. */
export function printFilter(filter: Pick<Filter, 'terms' | 'text'>): string {
  const terms = [...filter.terms].sort((a, b) => filterKeys.indexOf(a.key) - filterKeys.indexOf(b.key));
  return [...terms.map((term) => `${term.key}:${quote(term.value)}`), ...filter.text.map(quoteWord)].join(
    ' ',
  );
}

/** Adds a term to filter text unless it is there; what the text already says stays as it was typed. */
export function addTerm(text: string, key: FilterKey, value: string): string {
  const present = tokenizeFilter(text).some((token) => token.key === key && token.value === value);
  if (present) return text.trim();
  return `${text.trim()} ${key}:${quote(value)}`.trim();
}

/** Puts quotes around a value that would not be read back as one word. */
export function quote(value: string): string {
  return /[\s"\\]/.test(value) || value === '' ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}

/** A word that looks like a term is quoted too. */
function quoteWord(value: string): string {
  return /^[A-Za-z]+:/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : quote(value);
}
