const steps: readonly (readonly [number, number, string])[] = [
  [60, 1, 's'],
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [30 * 86_400, 86_400, 'd'],
];

/** `4 min ago` for a time in RFC 3339; a date when it is a month away or more; the text itself when it is no time. */
export function relativeTime(time: string, nowMs: number): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time;
  const seconds = Math.round((nowMs - at) / 1000);
  const size = Math.abs(seconds);
  if (size < 2) return 'just now';
  for (const [below, unit, name] of steps) {
    if (size < below) {
      const amount = `${Math.floor(size / unit)} ${name}`;
      return seconds > 0 ? `${amount} ago` : `in ${amount}`;
    }
  }
  return new Date(at).toISOString().slice(0, 10);
}

/** `2026-11-21 03:43:12.123 UTC`: the same on server and browser, and the form worth copying. */
export function exactTime(time: string): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time;
  return `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** `03:43:12` in UTC. */
export function clockTime(time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? time : new Date(at).toISOString().slice(11, 19);
}
