import { describe, expect, it } from 'vitest';
import { errorText } from './error-text.ts';

describe('errorText', () => {
  it('names the place of an invalid expression', () => {
    const errors = [{ field: 'pattern', message: 'Missing closing bracket.', column: 5 }];
    expect(errorText(errors, 'pattern', 'ab+c[de')).toBe(
      'Missing closing bracket: see column 5, between “ab+c” and “[de”.',
    );
  });

  it.each([
    [1, 'before “(PF”'],
    [4, 'after “(PF”'],
  ])('makes one sentence of a message and column %i', (column, place) => {
    const errors = [{ field: 'pattern', message: 'A ( is never closed', column }];
    expect(errorText(errors, 'pattern', '(PF')).toBe(`A ( is never closed: see column ${column}, ${place}.`);
  });

  it('keeps each error at its field', () => {
    const errors = [{ field: 'name', message: 'There is a rule of this name.', column: null }];
    expect(errorText(errors, 'name', '')).toBe('There is a rule of this name.');
    expect(errorText(errors, 'pattern', '')).toBeNull();
  });
});
