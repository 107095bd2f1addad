import { describe, expect, it } from 'vitest';
import { describeFailure } from './failure.ts';

describe('describeFailure', () => {
  it('names class and place of an error and quotes nothing of its message', () => {
    const parse = (): unknown => JSON.parse('my secret prompt');
    let caught: unknown;
    try {
      parse();
    } catch (error) {
      caught = error;
    }
    expect(String(caught)).toContain('secret');
    const text = describeFailure(caught);
    expect(text).toMatch(/^SyntaxError at /);
    expect(text).not.toContain('secret');
  });

  it('quotes nothing when the message has several lines', () => {
    const text = describeFailure(new Error('first\n    at secret place\nlast'));
    expect(text).toMatch(/^Error/);
    expect(text).not.toContain('secret');
  });

  it('keeps the code, which is a constant', () => {
    const error = Object.assign(new RangeError('secret'), { code: 'ERR_OUT_OF_RANGE' });
    delete error.stack;
    expect(describeFailure(error)).toBe('RangeError ERR_OUT_OF_RANGE');
    expect(describeFailure('secret')).toBe('string');
  });
});
