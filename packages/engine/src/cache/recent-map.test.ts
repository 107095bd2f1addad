import { expect, it } from 'vitest';
import { RecentMap } from './recent-map.ts';

it('keeps the latest half at least and the limit at most, and counts what it forgot', () => {
  const map = new RecentMap<number, string>(10);
  for (let key = 0; key < 100; key += 1) map.set(key, String(key));
  expect(map.size).toBeLessThanOrEqual(10);
  for (let key = 95; key < 100; key += 1) expect(map.peek(key)).toBe(String(key));
  expect(map.peek(0)).toBeUndefined();
  expect(map.size + map.evicted).toBe(100);
});

it('keeps what is read, forgets what is deleted, and holds one value a key', () => {
  const map = new RecentMap<string, number>(4);
  map.set('kept', 1);
  for (let key = 0; key < 20; key += 1) {
    map.set(`other ${key}`, key);
    expect(map.get('kept')).toBe(1);
  }
  map.set('kept', 2);
  expect(map.get('kept')).toBe(2);
  expect([...map.entries()].filter(([key]) => key === 'kept')).toHaveLength(1);
  map.delete('kept');
  expect(map.get('kept')).toBeUndefined();
});
