import { describe, expect, it } from 'vitest';
import { errorText } from './error-text.ts';

describe('errorText', () => {
  it('names the place of an invalid expression', () => {
    const errors = [{ field: 'pattern', message: 'Missing closing bracket.', column: 5 }];
    expect(errorText(errors, 'pattern', 'ab+c[de')).toBe(
      'Missing closing bracket. At column 5: “ab+c” ▸ “[de”.',
    );
  });

  it('keeps each error at its field', () => {
    const errors = [{ field: 'name', message: 'There is a rule of this name.', column: null }];
    expect(errorText(errors, 'name', '')).toBe('There is a rule of this name.');
    expect(errorText(errors, 'pattern', '')).toBeNull();
  });
});
