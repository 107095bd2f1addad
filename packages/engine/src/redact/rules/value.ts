/** Reads the value of an assignment or a flag: a quoted string of code, or one word as a shell would read it. */
import type { Span } from '../rule.ts';

/** A quoted secret longer than this is cut here; what follows is looked at as text of its own. */
const maxQuoted = 8192;
const maxWord = 8192;

function isQuote(code: number): boolean {
  return code === 34 || code === 39 || code === 96;
}

/**
 * The inside of a quoted string at `at`, backslash escapes honoured. Without a closing quote it ends at the end of the line:
 * a secret cut off by truncation is still one. Undefined when there is no quote or nothing inside.
 */
export function readQuoted(text: string, at: number): Span | undefined {
  const quote = text.charCodeAt(at);
  if (!isQuote(quote)) return undefined;
  const limit = Math.min(text.length, at + maxQuoted);
  let index = at + 1;
  while (index < limit) {
    const code = text.charCodeAt(index);
    if (code === quote || code === 10 || code === 13) break;
    index += code === 92 ? 2 : 1;
  }
  const end = Math.min(index, limit);
  return end > at + 1 ? { start: at + 1, end } : undefined;
}

/** | & ; */
function isOperator(code: number): boolean {
  return code === 124 || code === 38 || code === 59;
}

/** An operator between two letters is more often part of a careless secret than the end of a command. */
function endsCommand(text: string, at: number): boolean {
  const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 32;
  return next <= 32 || isOperator(next);
}

/**
 * True when what follows a quote can only follow the end of a string: the word is inside a string of JSON or code, and the
 * quote belongs to that.
 */
function endsString(text: string, quoteAt: number): boolean {
  if (quoteAt + 1 >= text.length) return true;
  const next = text.charCodeAt(quoteAt + 1);
  return next <= 32 || next === 92 || ',}]):;>'.includes(String.fromCharCode(next));
}

/** One shell word: quoted and bare pieces up to white space, an operator, or the end of the string around it. */
export function readShellWord(text: string, at: number): Span | undefined {
  const limit = Math.min(text.length, at + maxWord);
  let index = at;
  let quote = 0;
  while (index < limit) {
    const code = text.charCodeAt(index);
    if (quote !== 0) {
      if (code === quote) quote = 0;
      else if (code === 92 && quote === 34) index += 1;
    } else if (code === 34 || code === 39) {
      if (index > at && endsString(text, index)) break;
      quote = code;
    } else if (code === 92) {
      const escaped = text.charCodeAt(index + 1);
      if (index > at && (escaped === 34 || escaped === 92) && endsString(text, index + 1)) break;
      index += 1;
    } else if (code <= 32 || (isOperator(code) && endsCommand(text, index))) break;
    index += 1;
  }
  const end = Math.min(index, limit);
  return end > at ? { start: at, end } : undefined;
}
