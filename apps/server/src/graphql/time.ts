import { badInput } from './errors.ts';

/** RFC 3339 section 5.6 with an obligatory offset: a time without a zone means something else on each machine. */
const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/** False for 31 February, which `Date.parse` takes for 3 March. */
function isCalendarDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/**
 * Reads an RFC 3339 time as microseconds since the epoch.
 *
 * @param argument name of the argument, for the message of the `BAD_USER_INPUT` it throws
 */
export function parseTime(argument: string, text: string): number {
  const match = RFC3339.exec(text);
  const [, day, clock, fraction = '', zone] = match ?? [];
  const known = day !== undefined && clock !== undefined && zone !== undefined && isCalendarDay(day);
  const wholeMs = known ? Date.parse(`${day}T${clock}${zone.toUpperCase()}`) : NaN;
  if (Number.isNaN(wholeMs)) {
    throw badInput(argument, 'must be an RFC 3339 time with its zone, such as 2026-11-21T03:40:00Z');
  }
  return wholeMs * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/** Microseconds since the epoch as RFC 3339 in UTC with six digits, as in the events themselves. */
export function formatTime(timeUs: number): string {
  const seconds = new Date(Math.floor(timeUs / 1_000)).toISOString().slice(0, 19);
  const micros = ((timeUs % 1_000_000) + 1_000_000) % 1_000_000;
  return `${seconds}.${String(Math.floor(micros)).padStart(6, '0')}Z`;
}

/** `formatTime` for what may be unknown. */
export function formatTimeOrNull(timeUs: number | null): string | null {
  return timeUs === null ? null : formatTime(timeUs);
}
