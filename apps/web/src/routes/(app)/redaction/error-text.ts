import type { RuleFieldError } from '#lib/server/redaction-form.ts';

const aheadOfPlace = 24;

/** What is wrong with a field; for an expression also the place, drawn under the text of that place. */
export function errorText(errors: readonly RuleFieldError[], field: string, pattern: string): string | null {
  const found = errors.filter((error) => error.field === field);
  if (found.length === 0) return null;
  return found
    .map(({ message, column }) => {
      if (column === null || field !== 'pattern') return message;
      const from = Math.max(0, column - 1 - aheadOfPlace);
      const near = pattern.slice(from, column - 1);
      const at = pattern.slice(column - 1, column - 1 + aheadOfPlace);
      return `${message} At column ${column}: “${near}” ▸ “${at}”.`;
    })
    .join('\n');
}
