import { expect, it } from 'vitest';
import { parseEventQuery } from './event-query.ts';

const parse = (query: string): ReturnType<typeof parseEventQuery> =>
  parseEventQuery(new URLSearchParams(query));

it('reads every parameter', () => {
  expect(
    parse(
      'type=ai.request&type=ai.response&provider=openai&pid=7&since=2026-01-01T00:00:00Z&first=5&after=x&text=a%20b',
    ),
  ).toEqual({
    ok: true,
    filter: {
      types: ['ai.request', 'ai.response'],
      providers: ['openai'],
      pid: 7,
      sinceUs: Date.UTC(2026, 0, 1) * 1000,
      text: 'a b',
    },
    page: { first: 5, after: 'x' },
  });
});

it.each([
  'typ=ai.request',
  'type=nothing',
  'first=0',
  'first=101',
  'pid=-1',
  'since=yesterday',
  'pid=1&pid=2',
  'constructor=1',
])('refuses %s and names the parameter', (query) => {
  expect(parse(query)).toMatchObject({ ok: false, field: query.split('=')[0] });
});
