import { describe, expect, it } from 'vitest';
import { safeReturnPath } from './auth-result.ts';

describe('safeReturnPath', () => {
  it('keeps a path of this site with its query', () => {
    expect(safeReturnPath('/ai?q=model%3Ax')).toBe('/ai?q=model%3Ax');
  });

  it.each([
    null,
    '',
    'https://evil.example/',
    '//evil.example/x',
    '/\\evil.example',
    'javascript:alert(1)',
    '/.//evil.example',
    '/a/..//evil.example',
  ])('turns %s into the front page', (candidate) => {
    expect(safeReturnPath(candidate)).toBe('/');
  });
});
