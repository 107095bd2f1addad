import { describe, expect, it } from 'vitest';
import { countOf, formatBytes, formatDuration, shortCount } from './number.ts';
import { denseJson, middleEllipsis, nameInvisible, prettyJson, ruleLabel, segmentText } from './text.ts';
import { exactTime, relativeTime } from './time.ts';

describe('relativeTime', () => {
  const now = Date.parse('2026-11-21T04:00:00Z');
  it.each([
    ['2026-11-21T03:59:59Z', 'just now'],
    ['2026-11-21T03:59:48Z', '12 s ago'],
    ['2026-11-21T03:56:00Z', '4 min ago'],
    ['2026-11-20T23:00:00Z', '5 h ago'],
    ['2026-11-19T04:00:00Z', '2 d ago'],
    ['2026-01-19T04:00:00Z', '2026-01-19'],
    ['2026-11-21T04:00:30Z', 'in 30 s'],
    ['soon', 'soon'],
  ])('says %s as %s', (time, expected) => {
    expect(relativeTime(time, now)).toBe(expected);
  });

  it('gives the exact time in one form', () => {
    expect(exactTime('2026-11-21T03:59:48.123456Z')).toBe('2026-11-21 03:59:48.123 UTC');
  });
});

describe('numbers', () => {
  it('scales with units', () => {
    expect([0.4, 12, 4200, 61_000, 7_260_000].map(formatDuration)).toEqual([
      '<1 ms',
      '12 ms',
      '4.20 s',
      '1 min 1 s',
      '2 h 1 min',
    ]);
    expect([812, 214_000, 3_140_000].map(formatBytes)).toEqual(['812 B', '214 kB', '3.1 MB']);
    expect([999, 12_400, 1_000_000].map(shortCount)).toEqual(['999', '12.4k', '1M']);
    expect([countOf(1, 'event'), countOf(12_431, 'event')]).toEqual(['1 event', '12,431 events']);
  });
});

describe('middleEllipsis', () => {
  it('keeps both ends and the length asked for', () => {
    const path = `/home/${'a'.repeat(300)}/bin/node`;
    const short = middleEllipsis(path, 30);
    expect(Array.from(short)).toHaveLength(30);
    expect(short.startsWith('/home/')).toBe(true);
    expect(short.endsWith('/bin/node')).toBe(true);
  });

  it('never cuts a character in half', () => {
    expect(middleEllipsis('😀'.repeat(20), 5)).toBe('😀…😀😀😀');
  });
});

describe('segmentText', () => {
  it('names what was removed', () => {
    expect(
      segmentText('key [API_KEY_REDACTED], id [CUSTOMER], end', [
        { name: 'customer id', placeholder: '[CUSTOMER]' },
      ]),
    ).toEqual([
      { kind: 'text', text: 'key ' },
      { kind: 'redacted', placeholder: '[API_KEY_REDACTED]', rule: 'api_key' },
      { kind: 'text', text: ', id ' },
      { kind: 'redacted', placeholder: '[CUSTOMER]', rule: 'customer id' },
      { kind: 'text', text: ', end' },
    ]);
  });

  it('shows the placeholder of minimal mode as the whole text', () => {
    expect(segmentText('[REDACTED]', [])).toEqual([
      { kind: 'redacted', placeholder: '[REDACTED]', rule: 'whole text' },
    ]);
  });

  it('makes unseen characters seen', () => {
    expect(segmentText('a\u202eb', [])).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'control', name: 'U+202E' },
      { kind: 'text', text: 'b' },
    ]);
    expect(nameInvisible('no\u200bde')).toBe('no⟨U+200B⟩de');
  });

  it('leaves a placeholder of regular-expression characters harmless', () => {
    expect(segmentText('(a+)+$', [{ name: 'odd', placeholder: '(a+)+$' }])).toEqual([
      { kind: 'redacted', placeholder: '(a+)+$', rule: 'odd' },
    ]);
  });

  it('labels rules for people', () => {
    expect(ruleLabel('aws_key')).toBe('AWS key');
  });
});

describe('denseJson', () => {
  it('keeps short things on one line and breaks long ones', () => {
    expect(denseJson('{"path":"a.ts","lines":[1,80],"none":{}}')).toBe(
      '{ "path": "a.ts", "lines": [1, 80], "none": {} }',
    );
    expect(denseJson(`{"a":"${'x'.repeat(90)}","b":[1]}`)).toBe(
      `{\n  "a": "${'x'.repeat(90)}",\n  "b": [1]\n}`,
    );
    expect(denseJson('{"path":"a')).toBe('{"path":"a');
  });
});

describe('prettyJson', () => {
  it('indents JSON and keeps the rest', () => {
    expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(prettyJson('{"a":')).toBe('{"a":');
  });
});
