/** Identifiers of events. */
import { randomFillSync } from 'node:crypto';

/** Crockford base 32, as ULIDs are written. */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** All texts of three digits, 15 bits. */
const triples = Array.from(
  { length: 32_768 },
  (_, value) =>
    `${digits.charAt(value >> 10)}${digits.charAt((value >> 5) & 31)}${digits.charAt(value & 31)}`,
);
/** The last six digits count the identifiers of one millisecond. */
const maxCount = 2 ** 30;
/** What one millisecond takes. */
const randomBytes = 14;
/** 48 bits, until the year 10889. */
const maxTime = 2 ** 48 - 1;

function timeText(milliseconds: number): string {
  let text = '';
  let rest = milliseconds;
  for (let index = 0; index < 10; index += 1) {
    text = digits.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/**
 * Makes ULIDs in rising order; `now` is wall time in milliseconds. Within one millisecond they share ten random digits and
 * count on from a random number, as the specification's monotonic form does; when the clock goes back they count on as well.
 */
export function createIdSource(now: () => number): () => string {
  const random = new Uint8Array(randomBytes * 256);
  let used = random.length;
  let lastTime = -1;
  let prefix = '';
  let count = 0;

  const begin = (time: number): void => {
    lastTime = time;
    if (used === random.length) {
      randomFillSync(random);
      used = 0;
    }
    prefix = timeText(time);
    for (let index = 0; index < 10; index += 1) prefix += digits.charAt((random[used + index] ?? 0) & 31);
    // 29 bits: as many are left to count before the next millisecond has to be used
    count = new DataView(random.buffer).getUint32(used + 10) >>> 3;
    used += randomBytes;
  };

  return () => {
    const time = Math.min(maxTime, Math.max(0, Math.floor(now())));
    if (time > lastTime) begin(time);
    else if (count + 1 >= maxCount) begin(lastTime + 1);
    else count += 1;
    return `${prefix}${triples[count >> 15] ?? ''}${triples[count & 32_767] ?? ''}`;
  };
}
