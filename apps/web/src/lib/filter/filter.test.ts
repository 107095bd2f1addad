import { describe, expect, it } from 'vitest';
import { parseFilter, spanMs } from './parse.ts';
import { addTerm, printFilter } from './print.ts';
import { completeFilter } from './suggest.ts';
import { toEventFilter } from './to-event-filter.ts';

const now = new Date('2026-11-21T04:00:00.000Z');

describe('parseFilter', () => {
  it('reads terms, phrases and bare words', () => {
    expect(parseFilter('provider:anthropic process:"my app" "read file" budget')).toEqual({
      terms: [
        { key: 'provider', value: 'anthropic' },
        { key: 'process', value: 'my app' },
      ],
      text: ['read file', 'budget'],
      problems: [],
    });
  });

  it('names an unknown key with its place and keeps the rest', () => {
    const filter = parseFilter('model:gpt-5 tokens:1000');
    expect(filter.terms).toEqual([{ key: 'model', value: 'gpt-5' }]);
    expect(filter.problems).toMatchObject([{ token: 'tokens:1000', column: 13 }]);
  });

  it.each(['pid:twelve', 'since:yesterdayish', 'model:'])('calls %s a problem', (text) => {
    expect(parseFilter(text).problems).toHaveLength(1);
  });

  it.each(['"', 'a"b', '"open phrase', '\\', '::', 'provider:"', '"a\\"', '   ', '\u202eprovider:x'])(
    'reads %j to its end without throwing',
    (text) => {
      expect(() => parseFilter(text)).not.toThrow();
    },
  );

  it('reads spans', () => {
    expect([spanMs('90s'), spanMs('1h'), spanMs('7d'), spanMs('1y')]).toEqual([
      90_000,
      3_600_000,
      604_800_000,
      null,
    ]);
  });
});

describe('printFilter', () => {
  it.each([
    'provider:openai model:gpt-5 since:1h',
    'process:"my \\"odd\\" app" "read file" word',
    '"provider:x"',
    '"back\\\\slash"',
  ])('prints %s so that it parses back the same', (text) => {
    const filter = parseFilter(text);
    expect(parseFilter(printFilter(filter))).toEqual(filter);
    expect(printFilter(filter)).toBe(text);
  });

  it('adds a term once', () => {
    expect(addTerm('since:1h', 'process', 'my app')).toBe('since:1h process:"my app"');
    expect(addTerm('process:"my app"', 'process', 'my app')).toBe('process:"my app"');
  });
});

describe('toEventFilter', () => {
  it('turns spans into times and repeated keys into lists', () => {
    expect(toEventFilter(parseFilter('provider:a provider:b since:1h pid:7 read file'), now)).toEqual({
      providers: ['a', 'b'],
      pid: 7,
      since: '2026-11-21T03:00:00.000Z',
      text: 'read file',
    });
  });
});

describe('completeFilter', () => {
  const facets = { providers: ['anthropic', 'openai'], models: ['gpt 5'], processNames: ['node'] };

  it('offers keys for the start of a word', () => {
    expect(completeFilter('since:1h pro', 12, facets)).toMatchObject({
      start: 9,
      end: 12,
      suggestions: [{ token: 'provider:' }, { token: 'process:' }],
    });
  });

  it('offers known values after a key, quoted where needed', () => {
    expect(completeFilter('provider:an', 11, facets).suggestions.map((each) => each.token)).toEqual([
      'provider:anthropic',
    ]);
    expect(completeFilter('model:', 6, facets).suggestions.map((each) => each.token)).toEqual([
      'model:"gpt 5"',
    ]);
  });
});
