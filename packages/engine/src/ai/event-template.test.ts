import { describe, expect, test } from 'vitest';
import { EventTemplate } from './event-template.ts';
import { TextPart } from './text-part.ts';

const event = (piece: string, id = 'x'): string =>
  `{"id":"${id}","delta":{"content":${JSON.stringify(piece)}},"n":null}`;

function taught(): { template: EventTemplate; part: TextPart } {
  const template = new EventTemplate();
  const part = new TextPart();
  for (const piece of ['one', 'two']) template.learn(event(piece), { part, piece });
  return { template, part };
}

describe('EventTemplate', () => {
  test('takes events that differ in the piece alone, escapes decoded', () => {
    const { template, part } = taught();
    expect(template.take(event(' three'))).toBe(true);
    expect(template.take(event('"quoted"\n\ud83d\ude00'))).toBe(true);
    expect(part.text).toBe(' three"quoted"\n\ud83d\ude00');
  });

  test('leaves every other event to be parsed', () => {
    const { template, part } = taught();
    for (const other of [
      event('three', 'y'),
      event(''),
      '{"id":"x","delta":{"content":"a","b":"c"},"n":null}'.replace(
        '"a","b":"c"',
        '"a"},"delta":{"content":"c"',
      ),
      '{"id":"x","delta":{"content":"tab\there"},"n":null}',
      '{"id":"x","delta":{"content":"bad \\x escape"},"n":null}',
      '{"id":"x"}',
      '',
    ]) {
      expect(template.take(other)).toBe(false);
    }
    expect(part.text).toBe('');
  });

  test('one event proves nothing, nor do two with the same piece', () => {
    const template = new EventTemplate();
    const part = new TextPart();
    template.learn(event('x'), { part, piece: 'x' });
    expect(template.take(event('two'))).toBe(false);
    template.learn(event('x'), { part, piece: 'x' });
    expect(template.take(event('two'))).toBe(false);
  });

  test('a string that only looks like the piece is never taken for it', () => {
    const template = new EventTemplate();
    const part = new TextPart();
    const misleading = (piece: string, note: string): string => `{"delta":"${piece}","note":"${note}"}`;
    template.learn(misleading('a', 'a'), { part, piece: 'a' });
    template.learn(misleading('a', 'b'), { part, piece: 'a' });
    expect(template.take(misleading('a', 'c'))).toBe(false);
  });

  test('after a loss it must be proven again', () => {
    const { template } = taught();
    template.forget();
    expect(template.take(event('three'))).toBe(false);
  });
});
