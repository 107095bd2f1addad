/**
 * A quick look at a text that can show that no rule finds anything in it: one pass, no expression. It may be wrong only in
 * the safe direction. Most arguments and paths end here (`npm run bench ingest`).
 */
import type { Rule } from './rule.ts';

/** False: no rule can find anything. True: look. */
export type Prefilter = (text: string) => boolean;

/**
 * Classes of code units, so that three of them index a small table. Letters of both cases are one class; what no class
 * names, and everything beyond ASCII, is class 0 (a literal in ASCII is never found there, ECMA-262 22.2.2.7.3).
 */
function buildClasses(): Uint8Array {
  const classes = new Uint8Array(128);
  for (let letter = 0; letter < 26; letter += 1) classes[65 + letter] = classes[97 + letter] = letter + 1;
  for (const [index, members] of ['-_', ':/', '.', ' ', '@'].entries()) {
    for (const member of members) classes[member.charCodeAt(0)] = 27 + index;
  }
  return classes;
}

const classes = buildClasses();
const dashClass = 27;
const spaceClass = 30;
const tableSize = 32 * 32 * 32;
/** The characters that other readings of a text begin with: a backslash and a per cent sign (view.ts). */
const backslash = 92;
const percent = 37;

function classOf(code: number): number {
  return code < 128 ? (classes[code] ?? 0) : 0;
}

/** True when `text` has `literal` at a place, whatever the case of its letters. */
function isAt(text: string, literal: string, from: number): boolean {
  if (from < 0 || from + literal.length > text.length) return false;
  for (let index = 0; index < literal.length; index += 1) {
    const code = text.charCodeAt(from + index);
    const other = literal.charCodeAt(index);
    // the same character, or the same class: a wider match only costs a look
    if (code !== other && (classOf(code) !== classOf(other) || classOf(other) === 0)) return false;
  }
  return true;
}

/** Builds the look for a fixed list of rules. A rule that says nothing about its matches makes it always true. */
export function createPrefilter(rules: readonly Rule[]): Prefilter {
  const byClasses = new Map<number, string[]>();
  const shortOnes = new Uint8Array(32);
  let minDigits = Number.POSITIVE_INFINITY;
  for (const rule of rules) {
    if (rule.kind === 'scan') {
      if (rule.minDigits === undefined) return () => true;
      minDigits = Math.min(minDigits, rule.minDigits);
      continue;
    }
    for (const trigger of rule.triggers) {
      if (trigger === '') return () => true;
      if (trigger.length < 3) {
        shortOnes[classOf(trigger.charCodeAt(0))] = 1;
        continue;
      }
      const [a = 0, b = 0, c = 0] = [0, 1, 2].map((index) => classOf(trigger.charCodeAt(index)));
      const key = (a << 10) | (b << 5) | c;
      byClasses.set(key, [...(byClasses.get(key) ?? []), trigger]);
    }
  }
  // 1 beyond the index of a list, so that 0 says that there is none
  const table = new Uint8Array(tableSize);
  const lists = [...byClasses.values()];
  [...byClasses.keys()].forEach((key, index) => {
    table[key] = Math.min(index + 1, 255);
  });
  // with more lists than a byte counts the last place stands for several of them
  const exact = lists.length < 255;

  return (text) => {
    let key = 0;
    let digits = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const own = code < 128 ? (classes[code] ?? 0) : 0;
      if (own === 0) {
        if (code >= 48 && code <= 57) {
          digits += 1;
          if (digits >= minDigits) return true;
        } else if (code === backslash || code === percent) {
          return true;
        } else if (code !== 0xa0) {
          digits = 0;
        }
        // what may stand between two digits of one number (personal.ts); `_` has the class of `-`
      } else if (own !== dashClass && own !== spaceClass) {
        digits = 0;
      }
      if (shortOnes[own] === 1) return true;
      key = ((key << 5) | own) & (tableSize - 1);
      const list = table[key] ?? 0;
      if (list === 0) continue;
      if (!exact || lists[list - 1]?.some((literal) => isAt(text, literal, at - 2)) === true) return true;
    }
    return false;
  };
}
