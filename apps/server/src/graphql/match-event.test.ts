import type { EventFilter } from '@eyrie/db';
import { expect, test } from 'vitest';
import { toLiveEvent } from '../ingest/live-event.ts';
import type { LiveEvent } from '../ingest/live-event.ts';
import { createEventMatcher } from './match-event.ts';
import { parseSearch } from './parse-search.ts';

const request: LiveEvent = toLiveEvent(
  {
    eventId: '01JD0000000000000000000001',
    eventType: 'ai.request',
    timeUs: 1_000,
    completeness: 'full',
    redactionCount: 0,
    summary: 'Where is Zürich?',
    payload: JSON.stringify({
      data: {
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'Where is Zürich? Run the tests, please.' }] },
        ],
        tools: [{ name: 'weather', description: 'Looks at the sky.' }],
      },
    }),
    process: { execId: 'boot/7/1', pid: 7, name: 'node' },
    ai: { conversationId: 'c1', connectionId: 'k1', provider: 'openai', model: 'gpt-5' },
  },
  1,
);

function matches(filter: EventFilter): boolean {
  return createEventMatcher(filter)(request);
}

test('no condition, and an empty one, accept every event', () => {
  expect(matches({})).toBe(true);
  expect(matches({ types: [], providers: [], models: [], text: '' })).toBe(true);
});

test.each<[EventFilter, EventFilter]>([
  [{ types: ['ai.response', 'ai.request'] }, { types: ['ai.response'] }],
  [{ providers: ['anthropic', 'openai'] }, { providers: ['anthropic'] }],
  [{ models: ['gpt-5'] }, { models: ['gpt'] }],
  [{ processName: 'node' }, { processName: 'nod' }],
  [{ execId: 'boot/7/1' }, { execId: 'boot/7/2' }],
  [{ pid: 7 }, { pid: 8 }],
  [{ conversationId: 'c1' }, { conversationId: 'c2' }],
  [{ connectionId: 'k1' }, { connectionId: 'k2' }],
  [{ sinceUs: 1_000 }, { sinceUs: 1_001 }],
  [{ untilUs: 1_001 }, { untilUs: 1_000 }],
  [{ text: 'tests zurich' }, { text: 'tests geneva' }],
])('%j accepts the event and %j refuses it', (accepting, refusing) => {
  expect(matches(accepting)).toBe(true);
  expect(matches(refusing)).toBe(false);
});

test('all conditions must hold together', () => {
  expect(matches({ providers: ['openai'], pid: 7, text: 'tests' })).toBe(true);
  expect(matches({ providers: ['openai'], pid: 8, text: 'tests' })).toBe(false);
});

test('words match whole words without regard to case and accents, quoted words in their order', () => {
  expect(matches({ text: 'RUN ZURICH' })).toBe(true);
  expect(matches({ text: 'test' })).toBe(false);
  expect(matches({ text: '"run the tests"' })).toBe(true);
  expect(matches({ text: '"tests the run"' })).toBe(false);
  expect(matches({ text: '"the tests' })).toBe(true);
});

test('the text of a filter looks at what was said, not at the structure of the payload or the offered tools', () => {
  expect(matches({ text: 'messages' })).toBe(false);
  expect(matches({ text: 'sky' })).toBe(false);
});

test('a text that is only punctuation finds nothing, and search syntax is only words', () => {
  expect(parseSearch('"" * - ()')).toEqual([]);
  expect(parseSearch('a AND b*')).toEqual([' a ', ' and ', ' b ']);
  expect(matches({ text: '***' })).toBe(false);
  expect(matches({ text: '  ' })).toBe(true);
});
