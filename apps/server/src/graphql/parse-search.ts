import { toWords } from './searchable-text.ts';

/** A quoted part, closed or not, or one bare word. */
const PARTS = /"([^"]*)"?|([^\s"]+)/gu;

/**
 * Splits what a person typed into the word sequences that must all occur, each as `toWords` writes them. Parts without any
 * letter or number are no condition. Never throws: nothing in the text is syntax but double quotes.
 */
export function parseSearch(text: string): string[] {
  return [...text.matchAll(PARTS)]
    .map(([, quoted, bare]) => toWords(quoted ?? bare ?? ''))
    .filter((words) => words.trim() !== '');
}
