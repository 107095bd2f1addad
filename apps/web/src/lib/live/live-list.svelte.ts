/** A row of a live list: an item, or a mark where events were lost. */
export type LiveRow<Item> =
  | { readonly kind: 'item'; readonly id: string; readonly item: Item; readonly fresh: boolean }
  | { readonly kind: 'lost'; readonly id: string; readonly count: number };

interface LiveListOptions<Item> {
  readonly initial: readonly Item[];
  /** Calls back before the next paint: `requestAnimationFrame` in the browser. */
  readonly schedule: (flush: () => void) => void;
  /** Rows kept on the page; older ones stay in the store and are reached by paging. */
  readonly capacity?: number;
}

const defaultCapacity = 1000;

/**
 * A list that grows at its top while it is read. Batches are gathered and shown once a frame; while paused or while
 * the reader is away from the top, new rows wait and are counted. An item that is on the page is updated in place.
 */
export class LiveList<Item extends { readonly id: string }> {
  rows = $state.raw<readonly LiveRow<Item>[]>([]);
  /** Rows that wait, newest first. */
  waiting = $state.raw<readonly LiveRow<Item>[]>([]);
  paused = $state(false);
  /** True while the reader is not at the top; new rows wait then. */
  away = $state(false);
  /** Events lost for this reader since the page was opened. */
  lostTotal = $state(0);
  readonly waitingCount = $derived(this.waiting.filter((row) => row.kind === 'item').length);

  readonly #schedule: (flush: () => void) => void;
  readonly #capacity: number;
  #gathered: { readonly items: readonly Item[]; readonly lost: number }[] = [];
  #scheduled = false;
  #lostMarks = 0;

  constructor(options: LiveListOptions<Item>) {
    this.#schedule = options.schedule;
    this.#capacity = options.capacity ?? defaultCapacity;
    this.rows = options.initial.map((item) => ({ kind: 'item', id: item.id, item, fresh: false }));
  }

  /** Takes a batch, oldest item first, and how many events were lost before it. */
  push(items: readonly Item[], lost = 0): void {
    if (items.length === 0 && lost === 0) return;
    this.#gathered.push({ items, lost });
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  /** Shows what waits. */
  release(): void {
    this.rows = this.#place(this.rows, [...this.waiting].reverse());
    this.waiting = [];
  }

  togglePause(): void {
    this.paused = !this.paused;
    if (!this.paused && !this.away) this.release();
  }

  #flush(): void {
    const arrived: LiveRow<Item>[] = [];
    for (const batch of this.#gathered) {
      if (batch.lost > 0) {
        this.lostTotal += batch.lost;
        this.#lostMarks += 1;
        arrived.push({ kind: 'lost', id: `lost-${this.#lostMarks}`, count: batch.lost });
      }
      for (const item of batch.items) arrived.push({ kind: 'item', id: item.id, item, fresh: true });
    }
    this.#gathered = [];
    if (!this.paused && !this.away) {
      this.rows = this.#place(this.rows, arrived);
      return;
    }
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- a local value that nothing reads reactively
    const visible = new Set(this.rows.map((row) => row.id));
    const updates = this.paused ? [] : arrived.filter((row) => visible.has(row.id));
    if (updates.length > 0) this.rows = this.#place(this.rows, updates);
    this.waiting = this.#place(
      this.waiting,
      arrived.filter((row) => !updates.includes(row)),
    );
  }

  /** `arrived` is oldest first; known rows are replaced where they are, new ones go on top. */
  #place(rows: readonly LiveRow<Item>[], arrived: readonly LiveRow<Item>[]): readonly LiveRow<Item>[] {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- a local value that nothing reads reactively
    const byId = new Map<string, LiveRow<Item>>();
    for (const row of arrived) byId.set(row.id, row);
    const kept = rows.map((row) => {
      const update = byId.get(row.id);
      byId.delete(row.id);
      return update ?? row;
    });
    const added = [...byId.values()].reverse();
    return [...added, ...kept].slice(0, this.#capacity);
  }
}
