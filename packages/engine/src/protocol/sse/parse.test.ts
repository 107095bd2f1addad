import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxLineBytes } from './limits.ts';
import { SseParser } from './parse.ts';
import type { SseEvent } from './types.ts';

function parse(pieces: readonly Buffer[]): { events: SseEvent[]; parser: SseParser } {
  const events: SseEvent[] = [];
  const parser = new SseParser((event) => events.push(event));
  for (const piece of pieces) parser.feed(piece);
  parser.end();
  return { events, parser };
}

const parseText = (text: string): SseEvent[] => parse([Buffer.from(text)]).events;

describe('SseParser', () => {
  test('joins data lines, keeps the last event type and id', () => {
    expect(parseText('event: a\nevent: b\nid: 7\ndata: one\ndata:two\n\ndata: three\n\n')).toEqual([
      { type: 'b', data: 'one\ntwo', id: '7' },
      { type: 'message', data: 'three', id: '7' },
    ]);
  });

  test('takes LF, CR LF and CR as line ends, also mixed', () => {
    const expected = [{ type: 'message', data: 'a\nb', id: '' }];
    for (const text of [
      'data:a\ndata:b\n\n',
      'data:a\r\ndata:b\r\n\r\n',
      'data:a\rdata:b\r\r',
      'data:a\r\ndata:b\n\r\n',
    ]) {
      expect(parseText(text)).toEqual(expected);
    }
  });

  test('ignores a byte order mark, comments, unknown fields, an id with NUL and a retry that is no number', () => {
    const { events, parser } = parse([
      Buffer.from('\ufeff: comment\nretry: 100\nretry: x\nid: a\0b\nfoo: bar\ndata\ndata: \n\n\n'),
    ]);
    expect(events).toEqual([{ type: 'message', data: '\n', id: '' }]);
    expect(parser.retryMs).toBe(100);
  });

  test('an event without data is not dispatched, one without its empty line is discarded and counted', () => {
    const { events, parser } = parse([Buffer.from('event: ping\n\ndata: unfinished\n')]);
    expect(events).toEqual([]);
    expect(parser.counts).toEqual({ events: 0, tooLong: 0, cut: 1 });
  });

  test('a line over the limit costs its event only', () => {
    const long = Buffer.alloc(maxLineBytes, 0x61);
    const { events, parser } = parse([Buffer.from('data: '), long, Buffer.from('\n\ndata: next\n\n')]);
    expect(events.map(({ data }) => data)).toEqual(['next']);
    expect(parser.counts.tooLong).toBe(1);
  });

  test('after a gap nothing is joined to what came before', () => {
    const events: string[] = [];
    const parser = new SseParser(({ data }) => events.push(data));
    parser.feed(Buffer.from('data: one\n\ndata: tw'));
    parser.gap();
    parser.feed(Buffer.from('o\ndata: part of the same event\n\ndata: three\n\n'));
    parser.gap();
    parser.feed(Buffer.from('data: four\n\n'));
    expect(events).toEqual(['one', 'three', 'four']);
  });

  test('reads the same events however the bytes are split', () => {
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    const line = fc.tuple(
      fc.constantFrom('data: ', 'data:', 'event: ', 'id: ', ': ', 'x', ''),
      fc.string({ unit: 'grapheme' }),
      lineEnd,
    );
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat({ max: 20 })), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((parts) => parts.join('')).join(''));
        const pieces: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          pieces.push(bytes.subarray(at, at + cut));
          at += cut;
        }
        pieces.push(bytes.subarray(at));
        const single = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
        const whole = parse([bytes]);
        expect(parse(pieces).events).toEqual(whole.events);
        expect(parse(single).events).toEqual(whole.events);
      }),
    );
  });
});
