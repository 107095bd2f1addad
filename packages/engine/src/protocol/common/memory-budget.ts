import { Buffer } from 'node:buffer';

/** Smallest store: most answers and requests without files fit, and a lying Content-Length costs no more. */
const smallestStoreBytes = 16_384;

/** Bytes of stores kept for the next message: making and collecting them is a seventh of the time of this stage otherwise. */
const maxSpareBytes = 8 * 1024 * 1024;

/**
 * One limit for the bytes that all open messages hold together: many connections must not add up to what one may not hold.
 * Hands out the stores they are held in, in powers of two so that a store serves again.
 */
export class MemoryBudget {
  readonly #limitBytes: number;
  #usedBytes = 0;
  #spareBytes = 0;
  readonly #spare = new Map<number, Buffer[]>();

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes of the stores that are handed out. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** A store of at least `bytes`, its content arbitrary; undefined when the limit does not allow it. */
  take(bytes: number): Buffer | undefined {
    let size = smallestStoreBytes;
    while (size < bytes) size *= 2;
    if (this.#usedBytes + size > this.#limitBytes) {
      // near the limit the exact size may still fit
      size = bytes;
      if (this.#usedBytes + size > this.#limitBytes) return undefined;
    }
    this.#usedBytes += size;
    const spare = this.#spare.get(size)?.pop();
    if (spare === undefined) return Buffer.allocUnsafeSlow(size);
    this.#spareBytes -= size;
    return spare;
  }

  /** Takes a store back. The caller keeps no view of it. */
  giveBack(store: Buffer): void {
    this.#usedBytes -= store.length;
    if (this.#spareBytes + store.length > maxSpareBytes) return;
    const spare = this.#spare.get(store.length);
    if (spare === undefined) this.#spare.set(store.length, [store]);
    else spare.push(store);
    this.#spareBytes += store.length;
  }
}
