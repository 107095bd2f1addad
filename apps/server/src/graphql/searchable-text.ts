import type { StoredEventWithPayload } from '@eyrie/db';

/** Combining marks, which the store's search ignores too (`remove_diacritics`). */
const MARKS = /\p{M}+/gu;
/** What separates words for the store's tokenizer: anything but letters, numbers and private-use characters. */
const SEPARATORS = /[^\p{L}\p{N}\p{Co}]+/gu;

/** `text` as words in lower case without accents, with one space before, between and after them. */
export function toWords(text: string): string {
  return ` ${text.normalize('NFD').replace(MARKS, '').toLowerCase().replace(SEPARATORS, ' ').trim()} `;
}

/** Fields of the protocol's payloads that hold what was said or done; everything else is structure. */
const SPOKEN = new Set(['text', 'arguments', 'result', 'message']);

function collect(value: unknown, spoken: boolean, into: string[]): void {
  if (typeof value === 'string') {
    if (spoken) into.push(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, spoken, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) collect(item, SPOKEN.has(key), into);
  }
}

function spokenText(payload: string): string[] {
  const texts: string[] = [];
  try {
    const event: unknown = JSON.parse(payload);
    if (typeof event === 'object' && event !== null && 'data' in event) collect(event.data, false, texts);
  } catch {
    // Payloads are our own JSON; if one is not, its summary is still searched.
  }
  return texts;
}

/** Words by event: several subscribers with a text filter share the work of one parse. */
const known = new WeakMap<StoredEventWithPayload, string>();

/** The words of `event` that a text filter looks at: its summary and everything said in its payload. */
export function searchableText(event: StoredEventWithPayload): string {
  let words = known.get(event);
  if (words === undefined) {
    words = toWords([event.summary, ...spokenText(event.payload)].join('\n'));
    known.set(event, words);
  }
  return words;
}
