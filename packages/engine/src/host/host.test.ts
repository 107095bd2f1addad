import { describe, expect, it } from 'vitest';
import { signalName } from '../event/signals.ts';
import { createWallClock, formatTime, systemClocks, type ClockSource } from './clock.ts';
import { readBootId, readHostInfo } from './host-info.ts';

describe('createWallClock', () => {
  it('follows a clock that is set and ignores the rounding of one that is not', () => {
    let wall = 1_000_000_000;
    const source: ClockSource = {
      wallUs: () => wall,
      monotonicUs: () => 400_000_000,
      boottimeUs: () => 399_993_000,
    };
    const clock = createWallClock(source);
    expect(clock.fromMonotonicUs(5)).toBe(600_000_005);
    // boottime is told in hundredths of a second: this machine never slept
    expect(clock.fromBoottimeUs(5)).toBe(600_000_005);
    wall += 900;
    clock.resample();
    expect(clock.fromMonotonicUs(5)).toBe(600_000_005);
    wall += 3_600_000_000;
    clock.resample();
    expect(clock.fromMonotonicUs(5)).toBe(4_200_000_905);
  });

  it('counts the time the machine slept', () => {
    const source: ClockSource = {
      wallUs: () => 1_000_000_000,
      monotonicUs: () => 400_000_000,
      boottimeUs: () => 500_000_000,
    };
    // in the middle of the hundredth of a second that is meant
    expect(createWallClock(source).fromBoottimeUs(500_000_000)).toBe(999_995_000);
  });

  it('reads the clocks of this machine', () => {
    const clock = createWallClock(systemClocks);
    const now = Number(process.hrtime.bigint() / 1000n);
    expect(Math.abs(clock.fromMonotonicUs(now) / 1000 - Date.now())).toBeLessThan(50);
  });
});

describe('formatTime', () => {
  it('writes microseconds in UTC and stays within the calendar', () => {
    expect(formatTime(1_790_000_000_123_456)).toBe('2026-09-21T14:13:20.123456Z');
    expect(formatTime(-1)).toBe('1969-12-31T23:59:59.999999Z');
    expect(formatTime(Number.NaN)).toBe('1970-01-01T00:00:00.000000Z');
    expect(formatTime(1e30)).toBe('1970-01-01T00:00:00.000000Z');
  });
});

describe('readHostInfo', () => {
  it('reads what the files say and leaves out what they do not', () => {
    const files: Record<string, string> = {
      '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
      '/usr/lib/os-release': 'NAME=x\nPRETTY_NAME="A \\"B\\" 1"\n',
    };
    expect(readHostInfo((path) => files[path])).toMatchObject({
      device_id: '0123456789abcdef0123456789abcdef',
      os_version: 'A "B" 1',
    });
    expect(readHostInfo(() => undefined)).not.toHaveProperty('device_id');
    expect(readBootId(() => undefined)).toBe('0'.repeat(32));
    expect(readBootId(() => 'ba613d11-2dd7-4efd-9472-037742bbfaa8\n')).toBe(
      'ba613d112dd74efd9472037742bbfaa8',
    );
  });
});

describe('signalName', () => {
  it('uses the usual names', () => {
    expect([9, 15, 6, 17, 11, 34, 0].map(signalName)).toEqual([
      'SIGKILL',
      'SIGTERM',
      'SIGABRT',
      'SIGCHLD',
      'SIGSEGV',
      'SIGRTMIN+2',
      undefined,
    ]);
  });
});
