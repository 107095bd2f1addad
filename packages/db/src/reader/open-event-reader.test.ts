import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  makeDirectory,
  sampleAiEvent,
  sampleEvent,
  sampleProcess,
  START_US,
} from '../../test/sample-events.ts';
import { startWriter } from '../writer/start-writer.ts';
import type { EventWriter } from '../writer/types.ts';
import { openEventReader } from './open-event-reader.ts';
import type { EventReader, Page, StoredEvent } from './types.ts';

let directory: ReturnType<typeof makeDirectory>;
let path: string;
let writer: EventWriter;
let reader: EventReader;
beforeEach(async () => {
  directory = makeDirectory();
  path = join(directory.path, 'events.db');
  writer = await startWriter({ path });
  reader = await openEventReader({ path });
});
afterEach(async () => {
  await reader.close();
  await writer.close();
  directory.remove();
});

const idsOf = (page: Page<StoredEvent>): number[] => page.edges.map((edge) => edge.node.id);

describe('findEvents', () => {
  it('filters by each condition and by all of them', async () => {
    await writer.write([
      sampleEvent(1, { process: sampleProcess(5, { name: 'sh' }) }),
      sampleAiEvent(2, { ai: { connectionId: 'c-1' } }),
      sampleAiEvent(3, {
        type: 'ai.response',
        ai: { provider: 'anthropic', model: 'claude', conversationId: 'conversation-2' },
      }),
      sampleEvent(4, { eventType: 'process.exit', process: sampleProcess(5, { name: 'sh' }) }),
    ]);
    const ids = async (filter: Parameters<EventReader['findEvents']>[0]): Promise<number[]> =>
      idsOf(await reader.findEvents(filter));
    expect(await ids({})).toEqual([4, 3, 2, 1]);
    expect(await ids({ types: [], providers: [], models: [], text: ' ' })).toEqual([4, 3, 2, 1]);
    expect(await ids({ types: ['ai.request', 'process.exit'] })).toEqual([4, 2]);
    expect(await ids({ types: ['ai.request', 'ai.response'] })).toEqual([3, 2]);
    expect(await ids({ providers: ['openai', 'anthropic'] })).toEqual([3, 2]);
    expect(await ids({ models: ['claude'] })).toEqual([3]);
    expect(await ids({ processName: 'sh' })).toEqual([4, 1]);
    expect(await ids({ execId: 'boot/5/50' })).toEqual([4, 1]);
    expect(await ids({ pid: 1005 })).toEqual([4, 1]);
    expect(await ids({ conversationId: 'conversation-2' })).toEqual([3]);
    expect(await ids({ connectionId: 'c-1' })).toEqual([2]);
    expect(await ids({ sinceUs: START_US + 2000, untilUs: START_US + 4000 })).toEqual([3, 2]);
    expect(await ids({ types: ['process.exit'], pid: 1005, sinceUs: START_US + 2000 })).toEqual([4]);
    expect(await ids({ providers: ['nobody'] })).toEqual([]);
  });

  it('gives every event once and in order while new ones arrive', async () => {
    // Pairs share a time, so that the id has to decide.
    const timeOf = (number: number): number => START_US + Math.floor(number / 2) * 1000;
    const batch = (from: number, count: number): ReturnType<typeof sampleEvent>[] =>
      Array.from({ length: count }, (_, index) =>
        sampleEvent(from + index, { timeUs: timeOf(from + index) }),
      );
    await writer.write(batch(0, 100));
    const seen: number[] = [];
    let after: string | null = null;
    for (let page = 0; ; page += 1) {
      const result: Page<StoredEvent> = await reader.findEvents({}, { first: 7, after });
      seen.push(...idsOf(result));
      // Newer events, and late ones with a time that was passed already, move nothing.
      await writer.write(batch(1000 + page * 10, 10));
      after = result.edges.at(-1)?.cursor ?? null;
      if (!result.hasNextPage) break;
    }
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => 100 - index));
  });

  it('clamps what is asked for and refuses a cursor that is not one', async () => {
    await writer.write(Array.from({ length: 150 }, (_, index) => sampleEvent(index)));
    expect((await reader.findEvents({}, { first: 1000 })).edges).toHaveLength(100);
    expect((await reader.findEvents({}, { first: -1 })).edges).toHaveLength(1);
    expect((await reader.findEvents({})).edges).toHaveLength(20);
    for (const after of ['x', '1.2.3', '1', '1.1; drop', '99999999999999999999.1']) {
      await expect(reader.findEvents({}, { after })).rejects.toMatchObject({ code: 'STORE_BAD_CURSOR' });
    }
  });
});

describe('findEventsByConversation', () => {
  it('gives a conversation oldest first, page by page, with payloads', async () => {
    await writer.write(Array.from({ length: 30 }, (_, index) => sampleAiEvent(29 - index)));
    const first = await reader.findEventsByConversation('conversation-1', { first: 20 });
    const second = await reader.findEventsByConversation('conversation-1', {
      after: first.edges.at(-1)?.cursor,
    });
    const payloads = [...first.edges, ...second.edges].map((edge): unknown => JSON.parse(edge.node.payload));
    expect(payloads).toEqual(
      Array.from({ length: 30 }, (_, number): unknown => expect.objectContaining({ number })),
    );
    expect(second.hasNextPage).toBe(false);
  });
});

describe('findEventsAfterId', () => {
  it('resumes after an id in commit order', async () => {
    await writer.write([sampleEvent(5), sampleEvent(3), sampleEvent(4)]);
    expect((await reader.findEventsAfterId(1, 10)).map((event) => event.id)).toEqual([2, 3]);
    expect((await reader.findEventsAfterId(0, 1)).map((event) => event.summary)).toEqual(['command 5']);
    expect(await reader.findLastEventId()).toBe(3);
  });
});

describe('findConversations', () => {
  beforeEach(async () => {
    await writer.write([
      sampleAiEvent(1, { ai: { conversationId: 'a' }, event: { searchText: 'apples' } }),
      sampleAiEvent(2, {
        ai: { conversationId: 'b', provider: 'anthropic', model: 'claude', connectionId: 'c-2' },
      }),
      sampleAiEvent(3, {
        ai: { conversationId: 'c' },
        event: { process: sampleProcess(7, { name: 'node' }) },
      }),
      sampleAiEvent(9, { ai: { conversationId: 'a' } }),
    ]);
  });

  it('gives newest activity first, page by page', async () => {
    const first = await reader.findConversations({}, { first: 2 });
    expect(first.edges.map((edge) => edge.node.id)).toEqual(['a', 'c']);
    const second = await reader.findConversations({}, { first: 2, after: first.edges.at(-1)?.cursor });
    expect(second.edges.map((edge) => edge.node.id)).toEqual(['b']);
  });

  it('filters by each condition', async () => {
    const ids = async (filter: Parameters<EventReader['findConversations']>[0]): Promise<string[]> =>
      (await reader.findConversations(filter)).edges.map((edge) => edge.node.id);
    expect(await ids({ providers: ['anthropic'] })).toEqual(['b']);
    expect(await ids({ models: ['claude'] })).toEqual(['b']);
    expect(await ids({ processName: 'node' })).toEqual(['c']);
    expect(await ids({ execId: 'boot/7/70' })).toEqual(['c']);
    expect(await ids({ pid: 1007 })).toEqual(['c']);
    expect(await ids({ connectionId: 'c-2' })).toEqual(['b']);
    expect(await ids({ conversationId: 'b' })).toEqual(['b']);
    expect(await ids({ text: 'apples' })).toEqual(['a']);
    expect(await ids({ sinceUs: START_US + 3000, untilUs: START_US + 9000 })).toEqual(['a', 'c']);
    expect(await ids({ untilUs: START_US + 2000 })).toEqual(['a']);
  });
});

describe('processes', () => {
  it('gives ancestors nearest first and stops at one that is not stored', async () => {
    await writer.write([1, 2, 3, 4].map((number) => sampleEvent(number, { process: sampleProcess(number) })));
    const chain = await reader.findProcessAncestors('boot/4/40');
    expect(chain.map((process) => process.pid)).toEqual([1003, 1002, 1001]);
    expect(await reader.findProcessAncestors('absent')).toEqual([]);
  });

  it('survives a process that is its own ancestor', async () => {
    const circle = [
      sampleProcess(1, { parentExecId: 'boot/2/20' }),
      sampleProcess(2, { parentExecId: 'boot/1/10' }),
    ];
    await writer.write([sampleEvent(1, { process: circle[0]!, relatedProcesses: circle })]);
    expect((await reader.findProcessAncestors('boot/1/10')).length).toBeLessThanOrEqual(64);
  });

  it('lists processes by name and by whether they run', async () => {
    await writer.write([
      sampleEvent(1, { process: sampleProcess(1, { name: 'sh', endUs: 5 }) }),
      sampleEvent(2, { process: sampleProcess(2, { name: 'sh' }) }),
      sampleEvent(3, { process: sampleProcess(3) }),
    ]);
    const pids = async (filter: Parameters<EventReader['findProcesses']>[0]): Promise<number[]> =>
      (await reader.findProcesses(filter)).edges.map((edge) => edge.node.pid);
    expect(await pids({})).toEqual([1003, 1002, 1001]);
    expect(await pids({ name: 'sh' })).toEqual([1002, 1001]);
    expect(await pids({ running: true })).toEqual([1003, 1002]);
    expect(await pids({ name: 'sh', running: false })).toEqual([1001]);
    const first = await reader.findProcesses({}, { first: 2 });
    const rest = await reader.findProcesses({}, { after: first.edges.at(-1)?.cursor });
    expect(rest.edges.map((edge) => edge.node.pid)).toEqual([1001]);
    expect([...(await reader.findProcessesByExecIds(['boot/1/10', 'absent'])).keys()]).toEqual(['boot/1/10']);
  });
});

describe('counts and facets', () => {
  it('lists what AI activity there is and counts events', async () => {
    await writer.write([
      sampleAiEvent(1),
      sampleAiEvent(2, { ai: { provider: 'anthropic', model: 'claude' } }),
      sampleEvent(3, { process: sampleProcess(3, { name: 'not-ai' }) }),
    ]);
    expect(await reader.findFacets({})).toEqual({
      providers: ['anthropic', 'openai'],
      models: ['claude', 'gpt-5'],
      processNames: ['proc1'],
    });
    expect(await reader.findFacets({ sinceUs: START_US + 2000 })).toMatchObject({ providers: ['anthropic'] });
    expect(await reader.countEventsByType({})).toEqual({ 'ai.request': 2, 'process.exec': 1 });
    expect(await reader.countEventsByType({ untilUs: START_US + 2000 })).toEqual({ 'ai.request': 1 });
    const size = await reader.countStore();
    expect(size).toMatchObject({ events: 3, conversations: 1, processes: 2 });
    expect(size.databaseBytes + size.walBytes).toBeGreaterThan(8192);
  });
});

describe('the reading connection', () => {
  it('reports damage found while reading as STORE_CORRUPT', async () => {
    await writer.write(Array.from({ length: 500 }, (_, index) => sampleEvent(index)));
    await writer.close();
    await reader.close();
    const bytes = readFileSync(path);
    // The first page holds the schema: all after it is damaged.
    writeFileSync(path, bytes.fill(0xa5, 8192));
    reader = await openEventReader({ path });
    await expect(reader.findEvents({})).rejects.toMatchObject({ code: 'STORE_CORRUPT', path });
  });
});
