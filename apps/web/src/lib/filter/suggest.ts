import type { Facets } from '../graphql/rows.ts';
import { filterKeys, tokenizeFilter } from './parse.ts';
import { quote } from './print.ts';

export interface Suggestion {
  /** The token as it would stand in the text. */
  readonly token: string;
  readonly hint: string;
}

export interface Completion {
  /** The part of the text that a suggestion replaces. */
  readonly start: number;
  readonly end: number;
  readonly suggestions: readonly Suggestion[];
}

const hints: Record<string, string> = {
  provider: 'who serves the model',
  model: 'model name',
  process: 'program name',
  pid: 'process number',
  type: 'kind of event',
  since: 'a span or a time',
  until: 'a span or a time',
  exec: 'one run of a program',
  conversation: 'one conversation',
  connection: 'one connection',
};

const eventTypes = ['ai.request', 'ai.response', 'agent.tool_call', 'agent.tool_result'];
const spans = ['5m', '1h', '24h', '7d'];
const most = 8;

/** What could stand where the caret is: keys for a bare word, known values after a key. */
export function completeFilter(text: string, caret: number, facets: Facets): Completion {
  const token = tokenizeFilter(text).find(
    (each) => each.start < caret && caret <= each.start + each.raw.length,
  );
  const start = token?.start ?? caret;
  const end = token === undefined ? caret : token.start + token.raw.length;
  const typed = text.slice(start, caret).toLowerCase();
  const colon = typed.indexOf(':');
  if (colon < 0) {
    const keys = filterKeys.filter((key) => key.startsWith(typed) && !typed.startsWith('"'));
    return {
      start,
      end,
      suggestions: keys.slice(0, most).map((key) => ({ token: `${key}:`, hint: hints[key] ?? '' })),
    };
  }
  const key = typed.slice(0, colon);
  const part = typed.slice(colon + 1).replace(/^"/, '');
  const values = valuesOf(key, facets).filter((value) => value.toLowerCase().includes(part));
  return {
    start,
    end,
    suggestions: values
      .slice(0, most)
      .map((value) => ({ token: `${key}:${quote(value)}`, hint: hints[key] ?? '' })),
  };
}

function valuesOf(key: string, facets: Facets): readonly string[] {
  if (key === 'provider') return facets.providers;
  if (key === 'model') return facets.models;
  if (key === 'process') return facets.processNames;
  if (key === 'type') return eventTypes;
  if (key === 'since' || key === 'until') return spans;
  return [];
}
