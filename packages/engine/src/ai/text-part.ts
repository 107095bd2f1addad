import { withoutCutToken } from './cut-text.ts';

/** Text that arrives in pieces. After a loss nothing more is joined: what followed did not follow on this. */
export class TextPart {
  #text = '';
  #closed = false;

  get text(): string {
    return this.#text;
  }

  add(piece: string | undefined): void {
    if (piece !== undefined && !this.#closed) this.#text += piece;
  }

  /** The text was told again as a whole. */
  replace(whole: string): void {
    this.#text = whole;
    this.#closed = true;
  }

  /** The whole text is here: a later loss does not touch it. */
  close(): void {
    this.#closed = true;
  }

  /** The rest of the text is lost. */
  cut(): void {
    if (this.#closed) return;
    this.#text = withoutCutToken(this.#text);
    this.#closed = true;
  }
}
