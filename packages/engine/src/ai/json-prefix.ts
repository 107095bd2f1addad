import { withoutCutToken } from './cut-text.ts';

/** Nesting that is followed; API bodies have about ten levels, tool schemas some more. */
const maxDepth = 128;

/** No value: the text ended, or broke, before one. */
const nothing = Symbol('nothing');

type Parsed = unknown;

/**
 * Reads the beginning of JSON text that was cut or broken, as far as it is certain: whole members and items, and of a cut
 * string what stands before its last, possibly halved, word. Cut numbers, literals and keys are left out.
 */
class JsonPrefix {
  readonly #text: string;
  #at = 0;
  /** Set when the end or an error was met: from then on nothing more is read. */
  #stopped = false;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Parsed {
    this.#skipSpace();
    const start = this.#text[this.#at];
    if (start === undefined || depth > maxDepth) return this.#stop();
    if (start === '{') return this.#object(depth);
    if (start === '[') return this.#array(depth);
    if (start === '"') return this.#string();
    return this.#scalar();
  }

  #stop(): typeof nothing {
    this.#stopped = true;
    return nothing;
  }

  #skipSpace(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #object(depth: number): Parsed {
    const entries: [string, unknown][] = [];
    this.#at++;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] === '}') {
        this.#at++;
        break;
      }
      const key = this.#text[this.#at] === '"' ? this.#string() : this.#stop();
      this.#skipSpace();
      if (typeof key !== 'string' || this.#text[this.#at] !== ':') {
        // a cut key comes back as text too; the colon that is not there tells it
        this.#stop();
        break;
      }
      this.#at++;
      const value = this.value(depth + 1);
      if (value !== nothing) entries.push([key, value]);
      if (this.#stopped || !this.#separator('}')) break;
    }
    // not by assignment: a member named __proto__ must stay a plain member
    return Object.fromEntries(entries);
  }

  #array(depth: number): Parsed {
    const items: unknown[] = [];
    this.#at++;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] === ']') {
        this.#at++;
        break;
      }
      const value = this.value(depth + 1);
      if (value !== nothing) items.push(value);
      if (this.#stopped || !this.#separator(']')) break;
    }
    return items;
  }

  /** After a value: true to go on with the next, false at the closing bracket, which is consumed, or at an error. */
  #separator(closing: string): boolean {
    this.#skipSpace();
    const byte = this.#text[this.#at];
    this.#at++;
    if (byte === ',') return true;
    if (byte !== closing) this.#stopped = true;
    return false;
  }

  #string(): Parsed {
    const start = this.#at;
    let at = start + 1;
    for (;;) {
      const quote = this.#text.indexOf('"', at);
      if (quote < 0) return this.#cutString(start);
      let backslashes = 0;
      while (this.#text[quote - 1 - backslashes] === '\\') backslashes++;
      at = quote + 1;
      if (backslashes % 2 === 0) break;
    }
    this.#at = at;
    return parseOrNothing(this.#text.slice(start, at)) ?? this.#stop();
  }

  #cutString(start: number): Parsed {
    this.#stopped = true;
    // an escape may be cut as well: at most \uXXXX, twelve characters when it is a surrogate pair
    for (let back = 0; back <= 12; back++) {
      const inner = this.#text.slice(start, Math.max(start + 1, this.#text.length - back));
      const parsed = parseOrNothing(`${inner}"`);
      if (typeof parsed === 'string') return withoutCutToken(parsed);
    }
    return nothing;
  }

  #scalar(): Parsed {
    const start = this.#at;
    while (/[\w+.-]/.test(this.#text[this.#at] ?? '')) this.#at++;
    if (this.#at >= this.#text.length) return this.#stop();
    const parsed = parseOrNothing(this.#text.slice(start, this.#at));
    return parsed === undefined ? this.#stop() : parsed;
  }
}

/** The value of JSON text, undefined when it is none. Never throws. */
export function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What can be read for certain of JSON text that is cut or broken; undefined when that is nothing. Never throws. */
export function parseJsonPrefix(text: string): unknown {
  const value = new JsonPrefix(text).value(0);
  return value === nothing ? undefined : value;
}
