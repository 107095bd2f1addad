/**
 * Other readings of a text: with JSON string escapes or percent escapes resolved. A secret hidden behind `A` or `\"` or
 * `%3D` is found in the reading and replaced in the original, over exactly the characters that spell it.
 */

export interface View {
  readonly text: string;
  /** For each code unit of `text` where it begins in the original; one more entry for the end. */
  readonly origin: Uint32Array;
}

const jsonEscape = /\\(?:u[0-9A-Fa-f]{4}|["\\/bfnrt])/;
const percentEscape = /%[0-9A-Fa-f]{2}/;

function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 65 && code <= 70) return code - 55;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}

function hexNumber(text: string, from: number, digits: number): number {
  let value = 0;
  for (let index = from; index < from + digits; index += 1) {
    const digit = index < text.length ? hexValue(text.charCodeAt(index)) : -1;
    if (digit === -1) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** The character one escape letter stands for (RFC 8259, 7), or -1. */
function shortEscape(code: number): number {
  switch (code) {
    case 34:
    case 47:
    case 92:
      return code;
    case 98:
      return 8;
    case 102:
      return 12;
    case 110:
      return 10;
    case 114:
      return 13;
    case 116:
      return 9;
    default:
      return -1;
  }
}

interface Unit {
  readonly value: number;
  readonly length: number;
}

function jsonUnit(text: string, at: number): Unit | undefined {
  const next = at + 1 < text.length ? text.charCodeAt(at + 1) : -1;
  if (next === 117) {
    const value = hexNumber(text, at + 2, 4);
    return value === -1 ? undefined : { value, length: 6 };
  }
  const value = shortEscape(next);
  return value === -1 ? undefined : { value, length: 2 };
}

function percentUnit(text: string, at: number): Unit | undefined {
  const value = hexNumber(text, at + 1, 2);
  // bytes of longer UTF-8 sequences become Latin letters: good enough to look for secrets, never shown
  return value === -1 ? undefined : { value, length: 3 };
}

/** Copies the stretches between escapes whole, so the cost follows the number of escapes, not a string per character. */
function decode(source: View, mark: number, read: (text: string, at: number) => Unit | undefined): View {
  const { text } = source;
  const origin = new Uint32Array(text.length + 1);
  const pieces: string[] = [];
  let length = 0;
  let copied = 0;
  const copyUntil = (end: number): void => {
    if (end === copied) return;
    pieces.push(text.slice(copied, end));
    origin.set(source.origin.subarray(copied, end), length);
    length += end - copied;
    copied = end;
  };
  const marker = String.fromCharCode(mark);
  for (let at = text.indexOf(marker); at !== -1; at = text.indexOf(marker, Math.max(at + 1, copied))) {
    const unit = read(text, at);
    if (unit === undefined) continue;
    copyUntil(at);
    pieces.push(String.fromCharCode(unit.value));
    origin[length] = source.origin[at] ?? 0;
    length += 1;
    copied = at + unit.length;
  }
  copyUntil(text.length);
  origin[length] = source.origin[text.length] ?? 0;
  return { text: pieces.join(''), origin: origin.subarray(0, length + 1) };
}

function identity(text: string): View {
  const origin = new Uint32Array(text.length + 1);
  for (let index = 0; index < origin.length; index += 1) origin[index] = index;
  return { text, origin };
}

/** JSON inside JSON inside JSON: tool arguments that carry a request body that carries a document. */
const maxNesting = 3;

/** All readings of a text besides the text itself; none, in most cases, and then nothing is allocated. */
export function viewsOf(text: string): readonly View[] {
  const views: View[] = [];
  let current: View | undefined;
  for (let level = 0; level < maxNesting; level += 1) {
    const source: string = current === undefined ? text : current.text;
    if (!source.includes('\\') || !jsonEscape.test(source)) break;
    current = decode(current ?? identity(text), 92, jsonUnit);
    views.push(current);
  }
  const last = current === undefined ? text : current.text;
  if (last.includes('%') && percentEscape.test(last))
    views.push(decode(current ?? identity(text), 37, percentUnit));
  return views;
}
