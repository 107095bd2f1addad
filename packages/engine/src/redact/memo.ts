/**
 * Remembers what became of short texts that come again: paths, working directories, arguments. Two generations: when the
 * young one is full it becomes the old one and what was not asked for since is forgotten. It lives and dies with one list of
 * rules.
 */

/** Entries of one generation. */
const maxEntries = 8_192;
/** Longer texts are seldom the same; both generations hold at most about 16 MB. */
const maxChars = 512;

export class TextMemo<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  get(text: string): Value | undefined {
    if (text.length > maxChars) return undefined;
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const old = this.#old.get(text);
    if (old !== undefined) this.set(text, old);
    return old;
  }

  set(text: string, value: Value): void {
    if (text.length > maxChars) return;
    if (this.#young.size >= maxEntries) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, value);
  }
}
