import { compilePattern } from '@eyrie/engine/redact';
import { expect, test } from 'vitest';
import { validateRule } from './validate-rule.ts';
import type { RuleInput } from './validate-rule.ts';

const good: RuleInput = {
  name: 'employee_id',
  pattern: 'EMP-[0-9]{6}',
  placeholder: '[REDACTED:employee_id]',
  description: 'Numbers of the personnel system.',
  enabled: true,
};

function problemsOf(change: Partial<RuleInput>, taken: readonly string[] = []) {
  return validateRule({ ...good, ...change }, new Set(taken), { compilePattern });
}

test('a complete rule has no problems', () => {
  expect(problemsOf({})).toEqual([]);
  expect(problemsOf({ description: '', name: 'a'.repeat(40), placeholder: 'x'.repeat(64) })).toEqual([]);
});

test.each(['', 'Employee', '9lives', '_id', 'has space', 'has-dash', 'ä', 'a'.repeat(41)])(
  'the name %j is refused',
  (name) => {
    expect(problemsOf({ name })).toMatchObject([{ field: 'name' }]);
  },
);

test('a name that another rule has is refused', () => {
  expect(problemsOf({}, ['employee_id'])).toMatchObject([
    { field: 'name', message: 'There is already a rule named "employee_id".' },
  ]);
});

test.each([
  ['', null],
  ['EMP-(', 5],
  ['a)b', 2],
  ['ab[c', 3],
  ['a(?=b)', 2],
  ['(a)\\1', 4],
  ['x*', 1],
  ['a|', 1],
  ['', null],
  ['a'.repeat(1_001), null],
])('the pattern %j is refused at column %j', (pattern, column) => {
  expect(problemsOf({ pattern })).toMatchObject([{ field: 'pattern', column }]);
});

test.each([
  ['', null],
  ['x'.repeat(65), null],
  ['a"b', 2],
  ['ab\\', 3],
  ['a\nb', 2],
  ['[ausgeblendet ✂]', 15],
])('the placeholder %j is refused at column %j', (placeholder, column) => {
  expect(problemsOf({ placeholder })).toMatchObject([{ field: 'placeholder', column }]);
});

test('a description of several lines or more than 500 characters is refused', () => {
  expect(problemsOf({ description: 'a\nb' })).toMatchObject([{ field: 'description' }]);
  expect(problemsOf({ description: 'a'.repeat(501) })).toMatchObject([{ field: 'description' }]);
});

test('all problems of all fields are found at once', () => {
  const fields = problemsOf({ name: 'A', pattern: '(', placeholder: '', description: '\t' }).map(
    ({ field }) => field,
  );
  expect(fields).toEqual(['name', 'pattern', 'placeholder', 'description']);
});
