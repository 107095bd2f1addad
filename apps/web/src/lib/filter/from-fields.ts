import { filterKeys } from './parse.ts';
import { printFilter } from './print.ts';

/** Filter text from the fields of the plain form; null when the address did not come from it. */
export function filterFromFields(query: URLSearchParams): string | null {
  if (!query.has('plain')) return null;
  const terms = filterKeys.flatMap((key) =>
    query
      .getAll(key)
      .map((value) => value.trim())
      .filter((value) => value !== '')
      .map((value) => ({ key, value })),
  );
  const words = (query.get('text') ?? '').trim();
  return printFilter({ terms, text: words === '' ? [] : [words] });
}
