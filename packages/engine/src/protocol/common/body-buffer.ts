import { Buffer } from 'node:buffer';
import type { MemoryBudget } from './memory-budget.ts';

/** The announced length is believed once a message of it has grown to this part of it. */
const believedPart = 16;

/** Arrival times kept a body; they serve the time to first token, which is early in a stream. */
const maxMarks = 8192;

export type BodyOverflow = 'body_limit' | 'memory_limit';

/**
 * The bytes kept of one message body: contiguous, bounded, with the time each part arrived and the places where bytes
 * are missing. After an overflow nothing more is kept; the bytes before it stay readable.
 */
export class BodyBuffer {
  readonly #budget: MemoryBudget;
  readonly #limitBytes: number;
  readonly #expectedBytes: number;
  #store: Buffer | undefined;
  #length = 0;
  #overflow: BodyOverflow | undefined;
  readonly #gaps: number[] = [];
  readonly #markOffsets: number[] = [];
  readonly #markTimesUs: number[] = [];

  /** `expectedBytes` is the announced length, 0 when there is none. */
  constructor(budget: MemoryBudget, limitBytes: number, expectedBytes: number) {
    this.#budget = budget;
    this.#limitBytes = limitBytes;
    this.#expectedBytes = expectedBytes;
  }

  get length(): number {
    return this.#length;
  }

  get overflow(): BodyOverflow | undefined {
    return this.#overflow;
  }

  /** Offsets at which bytes of the body are missing, ascending. */
  get gaps(): readonly number[] {
    return this.#gaps;
  }

  /** Copies `bytes[from, to)` to the end, as much as the limits allow; `overflow` says when that was not all. */
  append(bytes: Uint8Array, from: number, to: number): void {
    if (this.#overflow !== undefined || to === from) return;
    const end = Math.min(to, from + this.#limitBytes - this.#length);
    if (end < to) this.#overflow = 'body_limit';
    const needed = this.#length + end - from;
    const store = this.#reserve(needed);
    if (store === undefined) {
      this.#overflow = 'memory_limit';
      return;
    }
    store.set(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end), this.#length);
    this.#length = needed;
  }

  /** Notes that the bytes appended so far had arrived at `timeUs`. */
  mark(timeUs: number): void {
    const last = this.#markOffsets.length - 1;
    if (this.#markOffsets[last] === this.#length || last + 1 >= maxMarks) return;
    this.#markOffsets.push(this.#length);
    this.#markTimesUs.push(timeUs);
  }

  /** Notes that bytes are missing here. */
  gap(): void {
    if (this.#gaps.at(-1) !== this.#length) this.#gaps.push(this.#length);
  }

  get markCount(): number {
    return this.#markOffsets.length;
  }

  /** End offset and arrival time of the part with this index. */
  markAt(index: number): { readonly offset: number; readonly timeUs: number } {
    return { offset: this.#markOffsets[index] ?? this.#length, timeUs: this.#markTimesUs[index] ?? 0 };
  }

  /** A view, valid until `release`. */
  bytes(): Buffer {
    return this.#store?.subarray(0, this.#length) ?? Buffer.alloc(0);
  }

  /** Gives the memory back; the buffer is empty afterwards. */
  release(): void {
    if (this.#store !== undefined) this.#budget.giveBack(this.#store);
    this.#store = undefined;
    this.#length = 0;
  }

  #reserve(needed: number): Buffer | undefined {
    const old = this.#store;
    if (old !== undefined && needed <= old.length) return old;
    const believed = needed * believedPart >= this.#expectedBytes && this.#expectedBytes <= this.#limitBytes;
    const store = this.#budget.take(believed ? Math.max(needed, this.#expectedBytes) : needed);
    if (store === undefined) return undefined;
    if (old !== undefined) {
      old.copy(store, 0, 0, this.#length);
      this.#budget.giveBack(old);
    }
    this.#store = store;
    return store;
  }
}
