import { expect, it } from 'vitest';
import { filterFromFields } from './from-fields.ts';

it('makes filter text from the fields that were filled in', () => {
  const query = new URLSearchParams({
    plain: '1',
    provider: 'openai',
    model: '',
    process: 'my app',
    text: 'read file',
  });
  expect(filterFromFields(query)).toBe('provider:openai process:"my app" "read file"');
});

it('leaves an address alone that did not come from the plain form', () => {
  expect(filterFromFields(new URLSearchParams({ q: 'provider:openai' }))).toBeNull();
});
