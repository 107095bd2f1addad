/** JSON text of redacted events. What many events have in common is turned into text once. */
import { RecentMap } from '../cache/recent-map.ts';
import type { RedactedEvent } from './types.ts';

/** Members that are the same object in many events and never change (fields.ts, `sharedObjects`). */
const shared: ReadonlySet<string> = new Set(['host', 'actor', 'source', 'confidence']);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects whose text is remembered: processes of the last seconds, their ancestors, and the few that all events share. */
const maxTexts = 8_192;

/** Identifiers, times and words of enumerations: nothing in them needs an escape. */
const plain = /^[\w.:-]*$/;

/** Appends the text of an event in pieces, which are joined once for many events; returns its length. */
export type AppendText = (event: RedactedEvent, pieces: string[]) => number;

/** Creates the function; the pieces make exactly what `JSON.stringify` gives. */
export function createEventText(): AppendText {
  const texts = new RecentMap<object, string>(maxTexts);
  const names = new Map<string, string>();

  const textOf = (value: object): string => {
    let text = texts.get(value);
    if (text === undefined) {
      text = JSON.stringify(value);
      texts.set(value, text);
    }
    return text;
  };

  /** `,"name":`; the names of an event's own members are a few. */
  const nameText = (name: string): string => {
    let text = names.get(name);
    if (text === undefined) {
      text = `,${JSON.stringify(name)}:`;
      names.set(name, text);
    }
    return text;
  };

  /** Enrichment puts ancestors last; each of them is an object that comes again. */
  const processText = (process: Readonly<Record<string, unknown>>): string => {
    const { ancestors } = process;
    if (!Array.isArray(ancestors) || Object.keys(process).at(-1) !== 'ancestors') return textOf(process);
    let text = JSON.stringify({ ...process, ancestors: undefined }).slice(0, -1);
    let before = ',"ancestors":[';
    const list: readonly unknown[] = ancestors;
    for (const ancestor of list) {
      text += before + (isRecord(ancestor) ? textOf(ancestor) : JSON.stringify(ancestor));
      before = ',';
    }
    return `${text}]}`;
  };

  const memberText = (name: string, value: unknown): string => {
    if (typeof value === 'string') return plain.test(value) ? `"${value}"` : JSON.stringify(value);
    if (!isRecord(value)) return JSON.stringify(value);
    if (name === 'process') return processText(value);
    return shared.has(name) ? textOf(value) : JSON.stringify(value);
  };

  return (event, pieces) => {
    const members: unknown = event;
    if (!isRecord(members)) return 0;
    let length = 0;
    for (const name of Object.keys(members)) {
      const value = members[name];
      if (value === undefined) continue;
      const before = nameText(name);
      const text = memberText(name, value);
      pieces.push(length === 0 ? `{${before.slice(1)}` : before, text);
      length += before.length + text.length;
    }
    pieces.push('}');
    return length + 1;
  };
}
