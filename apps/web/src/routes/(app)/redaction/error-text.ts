import type { FieldError } from '#lib/graphql/request.ts';

const aroundPlace = 24;

/** What is wrong with a field, a sentence each; for an expression also the place, between what stands before and after it. */
export function errorText(errors: readonly FieldError[], field: string, pattern: string): string | null {
  const found = errors.filter((error) => error.field === field);
  if (found.length === 0) return null;
  return found
    .map(({ message, column }) => {
      if (column === null || field !== 'pattern') return message;
      const before = pattern.slice(Math.max(0, column - 1 - aroundPlace), column - 1);
      const after = pattern.slice(column - 1, column - 1 + aroundPlace);
      return `${message.replace(/\.$/, '')}: see column ${column}, ${placeBetween(before, after)}.`;
    })
    .join('\n');
}

function placeBetween(before: string, after: string): string {
  if (before === '') return `before “${after}”`;
  return after === '' ? `after “${before}”` : `between “${before}” and “${after}”`;
}
