/** What a record means for one direction's stream. */
export type Placement =
  | 'next' /* exactly the next bytes */
  | 'overlap' /* starts in what was seen and goes beyond */
  | 'duplicate' /* all of it was seen */
  | 'after_gap' /* bytes before it are missing */
  | 'first_mid_stream'; /* the first record of the stream, and not its beginning */

/**
 * Places records of one direction by their positions. Holds no bytes: a TLS object is used by one thread at a time and all
 * its records go through one ring, so a record that is ahead means loss, never reordering.
 */
export class OrderedStream {
  #next = 0;
  #started = false;
  /** Bytes missing before the record placed last; 0 when there are none or their number is unknown. */
  lostBytes = 0;
  /** Bytes at the start of the record placed last that were seen before. */
  overlapBytes = 0;

  /** Position of the first byte not seen yet. */
  get next(): number {
    return this.#next;
  }

  /** `lossFlag`: the kernel says that bytes before this record were lost. */
  place(position: number, length: number, lossFlag: boolean): Placement {
    const expected = this.#next;
    const first = !this.#started;
    this.lostBytes = 0;
    this.overlapBytes = 0;
    this.#started = true;
    if (first && position > 0) {
      this.#next = position + length;
      return 'first_mid_stream';
    }
    if (position > expected) {
      this.lostBytes = position - expected;
      this.#next = position + length;
      return 'after_gap';
    }
    if (position < expected) {
      if (position + length <= expected) return 'duplicate';
      this.overlapBytes = expected - position;
      this.#next = position + length;
      return 'overlap';
    }
    this.#next = position + length;
    return lossFlag ? 'after_gap' : 'next';
  }
}
