import type { EventFilter, StoredEventWithPayload } from '@eyrie/db';
import { parseSearch } from './parse-search.ts';
import { searchableText } from './searchable-text.ts';

type Test = (event: StoredEventWithPayload) => boolean;

function oneOf<Value>(
  values: readonly Value[] | undefined,
  read: (event: StoredEventWithPayload) => Value | null,
): Test[] {
  if (values === undefined || values.length === 0) return [];
  const wanted = new Set(values);
  return [
    (event) => {
      const value = read(event);
      return value !== null && wanted.has(value);
    },
  ];
}

function equal<Value>(
  wanted: Value | undefined,
  read: (event: StoredEventWithPayload) => Value | null,
): Test[] {
  return oneOf(wanted === undefined ? undefined : [wanted], read);
}

/**
 * Compiles `filter` to a test of one event, for events that are not asked of the store: those on the bus and those replayed to a
 * client that reconnects. Cheap conditions come first; the text is only looked at when all others hold.
 */
export function createEventMatcher(filter: EventFilter): Test {
  const { sinceUs, untilUs, text } = filter;
  // As in the store: a text without a single word finds nothing.
  const phrases = text === undefined || text.trim() === '' ? [] : parseSearch(text);
  const searchable = phrases.length > 0 || text === undefined || text.trim() === '';
  const tests: Test[] = [
    ...(searchable ? [] : [() => false]),
    ...oneOf(filter.types, (event) => event.eventType),
    ...oneOf(filter.providers, (event) => event.provider),
    ...oneOf(filter.models, (event) => event.model),
    ...equal(filter.processName, (event) => event.processName),
    ...equal(filter.execId, (event) => event.execId),
    ...equal(filter.pid, (event) => event.pid),
    ...equal(filter.conversationId, (event) => event.conversationId),
    ...equal(filter.connectionId, (event) => event.connectionId),
    ...(sinceUs === undefined ? [] : [(event: StoredEventWithPayload) => event.timeUs >= sinceUs]),
    ...(untilUs === undefined ? [] : [(event: StoredEventWithPayload) => event.timeUs < untilUs]),
    ...phrases.map(
      (phrase): Test =>
        (event) =>
          searchableText(event).includes(phrase),
    ),
  ];
  return (event) => tests.every((test) => test(event));
}
