/**
 * A bounded map for hot paths. Two generations: when the young one is full it becomes the old one, and what the old one held is
 * forgotten. It costs less than exact order of use: removing the oldest entry of a large `Map` again and again walks over the
 * holes of those removed before, and a `WeakMap` of this size makes every garbage collection longer (`npm run bench ingest`).
 */
export class RecentMap<Key, Value> {
  readonly #half: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();
  #evicted = 0;

  /** Holds at most `limit` entries and at least the latest half of that. */
  constructor(limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Entries forgotten because the map was full. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Reads without counting it as use. */
  peek(key: Key): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** Reads and keeps for another generation. */
  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    this.#old.delete(key);
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#evicted += this.#old.size;
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: Key): void {
    if (!this.#young.delete(key)) this.#old.delete(key);
  }

  /** Older generation first. */
  *entries(): IterableIterator<[Key, Value]> {
    yield* this.#old.entries();
    yield* this.#young.entries();
  }
}
