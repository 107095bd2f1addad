/** A map that forgets what was not used for longest when it is full. */
export class LruMap<Key, Value> {
  readonly #limit: number;
  readonly #entries = new Map<Key, Value>();
  #evicted = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Entries forgotten because the map was full. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Reads and marks as used. The mark costs more than the reading and matters only when the map is near its limit. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined || this.#entries.size * 2 < this.#limit) return value;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#limit) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done === true) return;
    this.#entries.delete(oldest.value);
    this.#evicted += 1;
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }

  /** Oldest use first. */
  entries(): IterableIterator<[Key, Value]> {
    return this.#entries.entries();
  }
}
