import { describe, expect, it } from 'vitest';
import { createIdSource } from './ids.ts';

describe('createIdSource', () => {
  it('makes rising ULIDs, within a millisecond, from one to the next, and when the clock goes back', () => {
    let now = 1_790_000_000_000;
    const newId = createIdSource(() => now);
    const ids: string[] = [];
    for (let step = 0; step < 3_000; step += 1) {
      if (step % 100 === 0) now += step % 700 === 0 ? -50 : 3;
      ids.push(newId());
    }
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true);
  });

  it('begins with the time as the specification of ULIDs has it', () => {
    // the example of the specification: 1469918176385 is 01ARYZ6S41
    expect(createIdSource(() => 1_469_918_176_385)().slice(0, 10)).toBe('01ARYZ6S41');
  });

  it('does not make the same identifiers twice in two runs', () => {
    const now = (): number => 5;
    expect(createIdSource(now)()).not.toBe(createIdSource(now)());
  });
});
