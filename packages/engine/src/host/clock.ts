/** From the kernel's clocks to wall time. */
import { readFileSync } from 'node:fs';

export interface WallClock {
  /** Microseconds since 1970 of a time of CLOCK_MONOTONIC in microseconds. */
  fromMonotonicUs(us: number): number;
  /** The same of CLOCK_BOOTTIME, which also runs while the machine sleeps. */
  fromBoottimeUs(us: number): number;
  /** Looks at the clocks again; call every second or so. Times already given out stay as they were. */
  resample(): void;
  readonly offsets: ClockOffsets;
}

export interface ClockOffsets {
  /** Wall time minus CLOCK_MONOTONIC, microseconds. */
  readonly monotonicUs: number;
  /** Wall time minus CLOCK_BOOTTIME, microseconds. */
  readonly boottimeUs: number;
}

/** Reads clocks; replaced in tests. */
export interface ClockSource {
  wallUs(): number;
  monotonicUs(): number;
  /** In whole hundredths of a second; undefined where the system does not tell. */
  boottimeUs(): number | undefined;
}

/** The clocks of this machine. Node's high-resolution time is CLOCK_MONOTONIC on Linux. */
export const systemClocks: ClockSource = {
  wallUs: () => Date.now() * 1000,
  monotonicUs: () => Number(process.hrtime.bigint() / 1000n),
  boottimeUs: () => {
    try {
      return Math.round(Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) * 1_000_000);
    } catch {
      return undefined;
    }
  },
};

/** Date.now has whole milliseconds: a smaller difference is its rounding, a larger one is a clock that was set or slewed. */
const toleranceUs = 2_000;
/** The system tells CLOCK_BOOTTIME rounded down to this; a machine that never slept has the two clocks equal. */
const boottimeStepUs = 10_000;

/** How long the machine has slept since it started. */
function asleepUs(monotonicUs: number, boottimeUs: number | undefined): number {
  const difference = (boottimeUs ?? monotonicUs) - monotonicUs;
  return Math.abs(difference) <= 2 * boottimeStepUs ? 0 : difference + boottimeStepUs / 2;
}

/** A clock that follows the machine's, also when somebody sets it. */
export function createWallClock(source: ClockSource): WallClock {
  const sample = (): ClockOffsets => {
    const wall = source.wallUs();
    const monotonic = source.monotonicUs();
    const asleep = asleepUs(monotonic, source.boottimeUs());
    return { monotonicUs: wall - monotonic, boottimeUs: wall - monotonic - asleep };
  };
  let offsets = sample();
  return {
    fromMonotonicUs: (us) => us + offsets.monotonicUs,
    fromBoottimeUs: (us) => us + offsets.boottimeUs,
    resample() {
      const next = sample();
      if (Math.abs(next.monotonicUs - offsets.monotonicUs) > toleranceUs) offsets = next;
    },
    get offsets() {
      return offsets;
    },
  };
}

/** The clock of a recorded machine: what it was when the recording began. */
export function createFixedClock(offsets: ClockOffsets): WallClock {
  return {
    fromMonotonicUs: (us) => us + offsets.monotonicUs,
    fromBoottimeUs: (us) => us + offsets.boottimeUs,
    resample: () => undefined,
    offsets,
  };
}

/** The text of the last second that was asked for, up to its point: times come in order, a date for each costs a microsecond. */
let lastSecond = Number.NaN;
let lastPrefix = '';

/** RFC 3339 in UTC with microseconds. Times no calendar has become the beginning of 1970. */
export function formatTime(wallUs: number): string {
  const whole = Math.floor(wallUs);
  const milliseconds = Math.floor(whole / 1000);
  // the range of a JavaScript date (ECMA-262, 21.4.1.1)
  if (!Number.isFinite(whole) || Math.abs(milliseconds) > 8.64e15) return formatTime(0);
  const second = Math.floor(whole / 1_000_000);
  if (second !== lastSecond) {
    lastPrefix = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
    lastSecond = second;
  }
  return `${lastPrefix}${String(whole - second * 1_000_000).padStart(6, '0')}Z`;
}
