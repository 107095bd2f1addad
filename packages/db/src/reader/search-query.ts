/** Words a query is cut to; more only slow it down. */
const MAX_TERMS = 16;

/**
 * Turns what a person typed into an FTS5 query that has no syntax of theirs: every word and every "quoted phrase"
 * becomes an FTS5 string, and all must occur. Returns null when nothing searchable was typed. Never throws.
 *
 * @example toSearchQuery('rm "hello world" OR*') // '"rm" "hello world" "OR*"'
 */
export function toSearchQuery(typed: string): string | null {
  const terms: string[] = [];
  // A quote that is never closed runs to the end. NUL would end the text inside SQLite.
  for (const match of typed.replaceAll('\0', ' ').matchAll(/"([^"]*)"?|[^\s"]+/gu)) {
    const term = match[1] ?? match[0];
    // A string without a letter or digit has no tokens, and FTS5 then matches nothing.
    if (/[\p{L}\p{N}\p{Co}]/u.test(term)) terms.push(`"${term.replaceAll('"', '')}"`);
    if (terms.length === MAX_TERMS) break;
  }
  return terms.length === 0 ? null : terms.join(' ');
}
