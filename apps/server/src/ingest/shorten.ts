/** Characters of the one line that lists show of an event. */
export const summaryLength = 300;

/** White space that is more than one space between two words: most texts have none, and need no rewriting. */
const uneven = /[^\S ]|\s\s|^\s|\s$/u;

/** One line of at most `length` characters. */
export function shorten(text: string, length: number): string {
  if (text.length <= length && !uneven.test(text)) return text;
  const line = text
    .slice(0, length * 4)
    .replaceAll(/\s+/gu, ' ')
    .trim();
  if (line.length <= length) return line;
  // Not inside a surrogate pair.
  const end = /[\uD800-\uDBFF]$/.test(line.slice(0, length - 1)) ? length - 2 : length - 1;
  return `${line.slice(0, end)}…`;
}
