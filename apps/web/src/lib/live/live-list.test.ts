import { describe, expect, it } from 'vitest';
import { LiveList } from './live-list.svelte.ts';

interface Item {
  readonly id: string;
  readonly text?: string;
}

function open(initial: readonly Item[] = [], capacity = 100) {
  const frames: (() => void)[] = [];
  const list = new LiveList<Item>({ initial, capacity, schedule: (flush) => frames.push(flush) });
  const paint = (): void => frames.splice(0).forEach((flush) => flush());
  const ids = (): string[] => list.rows.map((row) => row.id);
  return { list, frames, paint, ids };
}

describe('LiveList', () => {
  it('shows many batches in one frame, newest on top', () => {
    const { list, frames, paint, ids } = open([{ id: 'a' }]);
    list.push([{ id: 'b' }]);
    list.push([{ id: 'c' }, { id: 'd' }]);
    expect(frames).toHaveLength(1);
    expect(ids()).toEqual(['a']);
    paint();
    expect(ids()).toEqual(['d', 'c', 'b', 'a']);
  });

  it('lets new rows wait while the reader is away, but updates what is on the page', () => {
    const { list, paint, ids } = open([{ id: 'a' }]);
    list.away = true;
    list.push([{ id: 'b' }, { id: 'a', text: 'changed' }]);
    paint();
    expect(ids()).toEqual(['a']);
    expect(list.rows[0]).toMatchObject({ item: { text: 'changed' } });
    expect(list.waitingCount).toBe(1);
    list.away = false;
    list.release();
    expect(ids()).toEqual(['b', 'a']);
    expect(list.waitingCount).toBe(0);
  });

  it('changes nothing while paused and catches up after', () => {
    const { list, paint, ids } = open([{ id: 'a', text: 'old' }]);
    list.togglePause();
    list.push([{ id: 'a', text: 'new' }, { id: 'b' }]);
    list.push([{ id: 'b', text: 'later' }]);
    paint();
    expect(list.rows).toMatchObject([{ id: 'a', item: { text: 'old' } }]);
    list.togglePause();
    expect(ids()).toEqual(['b', 'a']);
    expect(list.rows).toMatchObject([{ item: { text: 'later' } }, { item: { text: 'new' } }]);
  });

  it('marks loss where it happened and keeps the count', () => {
    const { list, paint, ids } = open([{ id: 'a' }]);
    list.push([{ id: 'b' }], 214);
    list.push([], 6);
    paint();
    expect(ids()).toEqual(['lost-2', 'b', 'lost-1', 'a']);
    expect(list.rows[2]).toMatchObject({ kind: 'lost', count: 214 });
    expect(list.lostTotal).toBe(220);
  });

  it('shows an event once, however often it is sent', () => {
    const { list, paint, ids } = open([{ id: 'a' }]);
    list.push([{ id: 'b' }]);
    list.push([{ id: 'b' }, { id: 'a' }]);
    paint();
    expect(ids()).toEqual(['b', 'a']);
  });

  it('keeps no more rows than it may', () => {
    const { list, paint, ids } = open([], 3);
    list.push(['1', '2', '3', '4', '5'].map((id) => ({ id })));
    paint();
    expect(ids()).toEqual(['5', '4', '3']);
  });
});
