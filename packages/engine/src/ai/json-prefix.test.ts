import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutCutToken } from './cut-text.ts';
import { parseJsonPrefix } from './json-prefix.ts';

/** Whether a value could be the beginning of another: whole members and items, strings that begin alike. */
function beginsLike(part: unknown, whole: unknown): boolean {
  if (typeof part === 'string') return typeof whole === 'string' && whole.startsWith(part);
  if (Array.isArray(part))
    return Array.isArray(whole) && part.every((item, index) => beginsLike(item, whole[index]));
  if (typeof part === 'object' && part !== null) {
    if (typeof whole !== 'object' || whole === null) return false;
    const members = new Map<string, unknown>(Object.entries(whole));
    return Object.entries(part).every(
      ([key, value]) => members.has(key) && beginsLike(value, members.get(key)),
    );
  }
  return Object.is(part, whole) || part === whole;
}

describe('parseJsonPrefix', () => {
  test('of JSON cut anywhere nothing is read that is not in the whole', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), fc.nat(), (text, at) => {
        const cut = parseJsonPrefix(text.slice(0, at % (text.length + 1)));
        if (cut !== undefined) expect(beginsLike(cut, JSON.parse(text))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('any text is read or refused, never thrown at', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:\\u0123aetfn \n')) }),
        (text) => void parseJsonPrefix(text),
      ),
    );
  });

  test('keeps whole members, drops cut numbers, literals and keys', () => {
    expect(parseJsonPrefix('{"a":1,"b":[true,fal')).toEqual({ a: 1, b: [true] });
    expect(parseJsonPrefix('{"a":1,"b":12')).toEqual({ a: 1 });
    expect(parseJsonPrefix('{"a":1,"bc')).toEqual({ a: 1 });
    expect(parseJsonPrefix('{"a":"x"} trailing')).toEqual({ a: 'x' });
    expect(parseJsonPrefix('{"__proto__":{"x":1},"a":"y z')).toEqual(
      JSON.parse('{"__proto__":{"x":1},"a":"y "}'),
    );
    expect(parseJsonPrefix('')).toBeUndefined();
  });

  test('nesting beyond the limit ends the reading', () => {
    expect(() => parseJsonPrefix('['.repeat(100_000))).not.toThrow();
  });

  test('a cut string ends before its last token, which may be half a secret', () => {
    expect(parseJsonPrefix('{"k":"the key is sk-proj-abc')).toEqual({ k: 'the key is ' });
    expect(parseJsonPrefix('{"k":"line\\nAKIA\\u00')).toEqual({ k: 'line\n' });
    expect(withoutCutToken('日本語 sk-1')).toBe('日本語 ');
    expect(withoutCutToken('日本語')).toBe('日本語');
    expect(withoutCutToken('half \ud83d')).toBe('half ');
  });
});
