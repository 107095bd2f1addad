import { describe, expect, it } from 'vitest';
import { compilePattern, customRule } from './custom-rule.ts';

describe('compilePattern', () => {
  it('accepts RE2 syntax', () => {
    expect(compilePattern('(?i)employee[- ]?\\d{5}').ok).toBe(true);
  });

  it.each([
    ['', 1, 'empty'],
    ['a(b', 2, '^A \\( is never closed$'],
    ['ab)', 3, '\\) closes no group'],
    ['x\\(a(b[)]', 5, 'never closed'],
    ['abc[de', 4, '^A \\[ is never closed$'],
    ['ab{2000}', 3, 'repeat'],
    ['a**', 2, 'repetition'],
    ['*a', 1, 'nothing to repeat'],
    ['foo(?=bar)', 4, 'Look-around'],
    ['(a)\\1', 4, 'Back-references'],
    ['abc\\', 4, 'backslash'],
    ['x*', 1, 'empty text'],
    ['a'.repeat(1001), 1001, 'longer'],
  ])('names the place of the mistake in %j', (pattern, column, message) => {
    const result = compilePattern(pattern);
    expect(result).toMatchObject({ ok: false, column });
    expect(result.ok ? '' : result.message).toMatch(new RegExp(message));
  });
});

describe('customRule', () => {
  it('is linear for a pattern that would take a backtracking engine for ever', () => {
    const compiled = compilePattern('(a+)+$');
    if (!compiled.ok) throw new Error(compiled.message);
    const rule = customRule({ name: 'x', pattern: '(a+)+$', placeholder: 'x' }, compiled.pattern);
    const started = performance.now();
    rule.find(`${'a'.repeat(50_000)}!`, () => undefined);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
