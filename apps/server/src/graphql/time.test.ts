import { expect, test } from 'vitest';
import { formatTime, parseTime } from './time.ts';

test.each([
  ['2026-11-21T03:40:00Z', 1_795_232_400_000_000],
  ['2026-11-21T03:40:00.5Z', 1_795_232_400_500_000],
  ['2026-11-21T03:40:00.123456789Z', 1_795_232_400_123_456],
  ['2026-11-21T04:40:00+01:00', 1_795_232_400_000_000],
  ['2026-11-20t22:10:00-05:30', 1_795_232_400_000_000],
])('%s is read as %i microseconds', (text, timeUs) => {
  expect(parseTime('since', text)).toBe(timeUs);
});

test.each([
  '',
  'yesterday',
  '2026-11-21',
  '2026-11-21T03:40:00',
  '2026-02-31T00:00:00Z',
  '2026-11-21T25:00:00Z',
  '2026-11-21T03:40:00Zzz',
  '1795232400',
])('%j is refused with the name of the argument', (text) => {
  expect(() => parseTime('filter.since', text)).toThrow(/^filter\.since: must be an RFC 3339 time/);
});

test('what was formatted is read back to the same microsecond', () => {
  for (const timeUs of [0, 1, 999_999, 1_795_232_400_123_456, 4_102_444_800_000_001]) {
    expect(parseTime('t', formatTime(timeUs))).toBe(timeUs);
  }
  expect(formatTime(1_795_232_400_000_007)).toBe('2026-11-21T03:40:00.000007Z');
});
