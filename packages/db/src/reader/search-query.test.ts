import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDirectory, sampleAiEvent } from '../../test/sample-events.ts';
import { startWriter } from '../writer/start-writer.ts';
import { openEventReader } from './open-event-reader.ts';
import { toSearchQuery } from './search-query.ts';
import type { EventReader } from './types.ts';

describe('toSearchQuery', () => {
  it('makes a string of every word and every quoted phrase', () => {
    expect(toSearchQuery('rm "hello world" OR*')).toBe('"rm" "hello world" "OR*"');
  });

  it('gives null when nothing searchable was typed', () => {
    for (const typed of ['', '  ', '""', '*** --', '"()"']) expect(toSearchQuery(typed)).toBeNull();
  });

  it('cuts a query of many words', () => {
    expect(toSearchQuery('word '.repeat(100))?.split(' ')).toHaveLength(16);
  });
});

describe('search with what attackers type', () => {
  const directory = makeDirectory();
  let reader: EventReader;

  beforeAll(async () => {
    const path = join(directory.path, 'events.db');
    const writer = await startWriter({ path });
    await writer.write([
      sampleAiEvent(1, { event: { searchText: 'Delete the naïve secret-file near text OR not' } }),
    ]);
    await writer.close();
    reader = await openEventReader({ path });
  });
  afterAll(async () => {
    await reader.close();
    directory.remove();
  });

  const strings = [
    '"',
    '""""',
    '"unclosed phrase',
    "' OR 1=1 --",
    "'; drop table events; --",
    'text:secret',
    'event_search:secret',
    'NEAR(secret file, 2)',
    'secret NOT file',
    'secret AND',
    '^secret',
    '{text}: secret',
    '- secret',
    '(secret',
    'secret*',
    'sec\0ret',
    'a"b"c',
    '\u{1F985}',
    '\uD800',
    'x'.repeat(100_000),
    '%_\\',
  ];

  it.each(strings)('never fails and never runs as syntax: %j', async (text) => {
    await expect(reader.findEvents({ text })).resolves.toHaveProperty('hasNextPage', false);
    await expect(reader.findConversations({ text })).resolves.toHaveProperty('hasNextPage', false);
  });

  it('takes operators as words', async () => {
    const found = async (text: string): Promise<number> => (await reader.findEvents({ text })).edges.length;
    expect(await found('secret NOT file')).toBe(1);
    expect(await found('secret OR absent')).toBe(0);
    expect(await found('secr*')).toBe(0);
    expect(await found('"the naive secret"')).toBe(1);
    expect(await found('"secret naive"')).toBe(0);
    expect(await found('!!!')).toBe(0);
  });
});
