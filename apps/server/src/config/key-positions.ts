/** Place of a key or value in a TOML file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type KeyPath = readonly (string | number)[];

/**
 * Where each key of a TOML document stands. The parser gives values without places, so this walks the text once more.
 * It expects a document the parser accepted, and does not check syntax again.
 */
export class KeyPositions {
  readonly #found = new Map<string, Position>();
  readonly #tableCounts = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#scanDocument();
  }

  /** Position of `path`, or of its nearest ancestor that is written in the file; undefined when none is. */
  find(path: KeyPath): Position | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const position = this.#found.get(JSON.stringify(path.slice(0, length)));
      if (position !== undefined) return position;
    }
    return undefined;
  }

  #scanDocument(): void {
    let table: (string | number)[] = [];
    for (;;) {
      this.#skipBlank(true);
      if (this.#at >= this.#text.length) return;
      if (this.#text[this.#at] === '[') table = this.#scanHeader();
      else this.#scanPair(table);
    }
  }

  #scanHeader(): (string | number)[] {
    const start = this.#at;
    const isArray = this.#text.startsWith('[[', this.#at);
    this.#at += isArray ? 2 : 1;
    const keys = this.#scanKey();
    this.#at += isArray ? 2 : 1;
    let path: (string | number)[] = [];
    for (const [index, part] of keys.entries()) {
      path = [...path, part.name];
      const id = JSON.stringify(path);
      const isLast = index === keys.length - 1;
      if (isArray && isLast) this.#tableCounts.set(id, (this.#tableCounts.get(id) ?? -1) + 1);
      this.#record(path, start);
      const count = this.#tableCounts.get(id);
      if (count !== undefined) path = [...path, count];
    }
    this.#record(path, start);
    return path;
  }

  #scanPair(table: KeyPath): void {
    const keys = this.#scanKey();
    let path: (string | number)[] = [...table];
    for (const part of keys) {
      path = [...path, part.name];
      this.#record(path, part.start);
    }
    this.#skipBlank(false);
    this.#at += 1; // =
    this.#scanValue(path);
  }

  #scanKey(): { name: string; start: number }[] {
    const parts: { name: string; start: number }[] = [];
    for (;;) {
      this.#skipBlank(false);
      const start = this.#at;
      const quote = this.#text[this.#at];
      if (quote === '"' || quote === "'") {
        this.#skipString();
        const raw = this.#text.slice(start, this.#at);
        parts.push({ name: quote === '"' ? unescapeBasic(raw) : raw.slice(1, -1), start });
      } else {
        while (/[A-Za-z0-9_-]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
        if (this.#at === start) this.#at += 1; // never stand still on unexpected input
        parts.push({ name: this.#text.slice(start, this.#at), start });
      }
      this.#skipBlank(false);
      if (this.#text[this.#at] !== '.') return parts;
      this.#at += 1;
    }
  }

  #scanValue(path: KeyPath): void {
    this.#skipBlank(true);
    const first = this.#text[this.#at];
    if (first === '"' || first === "'") this.#skipString();
    else if (first === '[') this.#scanArray(path);
    else if (first === '{') this.#scanInlineTable(path);
    else
      while (this.#at < this.#text.length && !/[,\]}#\n\r]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #scanArray(path: KeyPath): void {
    this.#at += 1;
    for (let index = 0; ; index += 1) {
      this.#skipBlank(true);
      if (this.#at >= this.#text.length) return;
      if (this.#text[this.#at] === ']') break;
      const element = [...path, index];
      this.#record(element, this.#at);
      this.#scanValue(element);
      this.#skipBlank(true);
      if (this.#text[this.#at] === ',') this.#at += 1;
    }
    this.#at += 1;
  }

  #scanInlineTable(path: KeyPath): void {
    this.#at += 1;
    for (;;) {
      this.#skipBlank(true);
      if (this.#at >= this.#text.length) return;
      if (this.#text[this.#at] === '}') break;
      this.#scanPair(path);
      this.#skipBlank(true);
      if (this.#text[this.#at] === ',') this.#at += 1;
    }
    this.#at += 1;
  }

  #skipString(): void {
    const quote = this.#text[this.#at] ?? '"';
    const triple = quote.repeat(3);
    const end = this.#text.startsWith(triple, this.#at) ? triple : quote;
    this.#at += end.length;
    while (this.#at < this.#text.length && !this.#text.startsWith(end, this.#at)) {
      this.#at += quote === '"' && this.#text[this.#at] === '\\' ? 2 : 1;
    }
    this.#at += end.length;
    // A multi-line string may end in up to two more quotes that belong to its text.
    while (end.length === 3 && this.#text[this.#at] === quote) this.#at += 1;
  }

  #skipBlank(withLines: boolean): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === ' ' || char === '\t' || (withLines && (char === '\n' || char === '\r'))) this.#at += 1;
      else if (withLines && char === '#') {
        while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at += 1;
      } else return;
    }
  }

  #record(path: KeyPath, offset: number): void {
    const id = JSON.stringify(path);
    if (this.#found.has(id)) return;
    const before = this.#text.slice(0, offset);
    const line = before.split('\n').length;
    this.#found.set(id, { line, column: offset - before.lastIndexOf('\n') });
  }
}

function unescapeBasic(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
