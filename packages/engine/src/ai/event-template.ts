import type { Appended } from './api-decoder.ts';
import { parseOrNothing } from './json-prefix.ts';
import type { TextPart } from './text-part.ts';

/** What JSON does not allow in a string as it is, and the escapes that need decoding. */
const notPlain = /["\\\u0000-\u001f]/;

/**
 * Knows an event of a stream by its text around the piece of the model's words: such events differ in nothing else, and
 * parsing each as JSON is half the cost of a stream (bench/src/assemble.ts).
 *
 * It is exact. A template counts after two events with the same text around different pieces were parsed and each yielded as
 * its only effect the string that stood between: then the string between is that piece in every event with this text around a
 * valid JSON string.
 */
export class EventTemplate {
  #prefix = '';
  #suffix = '';
  #piece = '';
  #part: TextPart | undefined;
  #proven = false;

  /** Takes an event that fits; false when it must be parsed. */
  take(data: string): boolean {
    if (!this.#proven || !this.#fits(data)) return false;
    const between = data.slice(this.#prefix.length, data.length - this.#suffix.length);
    if (between === '') return false;
    if (!notPlain.test(between)) {
      this.#part?.add(between);
      return true;
    }
    const decoded = parseOrNothing(`"${between}"`);
    if (typeof decoded !== 'string') return false;
    this.#part?.add(decoded);
    return true;
  }

  /** Looks at an event that was parsed and at what it did. */
  learn(data: string, appended: Appended | undefined): void {
    if (appended === undefined) return;
    const { part, piece } = appended;
    const encoded = JSON.stringify(piece).slice(1, -1);
    if (this.#part === part && this.#piece !== piece && this.#fits(data)) {
      const between = data.slice(this.#prefix.length, data.length - this.#suffix.length);
      this.#proven = between === encoded;
      if (this.#proven) return;
    }
    // the piece is mostly the last string of an event that equals it; if not, it is never proven
    const at = data.lastIndexOf(`"${encoded}"`);
    this.#part = at < 0 ? undefined : part;
    this.#piece = piece;
    this.#proven = false;
    this.#prefix = data.slice(0, at + 1);
    this.#suffix = data.slice(at + 1 + encoded.length);
  }

  /** Events are missing: what they changed is unknown. */
  forget(): void {
    this.#part = undefined;
    this.#proven = false;
  }

  /** By slices, which V8 compares by words: endsWith and startsWith go by characters and take twice as long or more. */
  #fits(data: string): boolean {
    const rest = data.length - this.#suffix.length;
    return (
      rest >= this.#prefix.length &&
      data.slice(rest) === this.#suffix &&
      data.slice(0, this.#prefix.length) === this.#prefix
    );
  }
}
