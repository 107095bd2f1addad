import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  makeDirectory,
  sampleAiEvent,
  sampleEvent,
  sampleProcess,
  START_US,
  waitFor,
} from '../../test/sample-events.ts';
import type { EventInput } from '../event-input.ts';
import { openEventReader } from '../reader/open-event-reader.ts';
import { startWriter } from './start-writer.ts';

let directory: ReturnType<typeof makeDirectory>;
let path: string;
beforeEach(() => {
  directory = makeDirectory();
  path = join(directory.path, 'events.db');
});
afterEach(() => directory.remove());

describe('startWriter', () => {
  it('stores every field of an event and gives it back', async () => {
    const writer = await startWriter({ path });
    const event: EventInput = sampleAiEvent(1, {
      type: 'ai.response',
      ai: {
        turnNumber: 2,
        connectionId: 'boot/1/10/7f00/5',
        api: 'openai.responses',
        statusCode: 200,
        success: true,
        latencyMs: 812.5,
        ttftMs: 120.25,
        promptTokens: 10,
        completionTokens: 20,
        cachedTokens: 3,
        reasoningTokens: 4,
      },
      event: {
        redactionCount: 2,
        completeness: 'partial',
        process: sampleProcess(1, { uid: 1000, name: 'node' }),
      },
    });
    const commit = await writer.write([event]);
    expect(commit).toMatchObject({ stored: 1, duplicates: 0, dropped: {}, firstId: 1, lastId: 1 });
    const reader = await openEventReader({ path });
    expect(await reader.findEvent(event.eventId)).toEqual({
      id: 1,
      eventId: event.eventId,
      eventType: 'ai.response',
      timeUs: event.timeUs,
      execId: 'boot/1/10',
      pid: 1001,
      processName: 'node',
      uid: 1000,
      completeness: 'partial',
      redactionCount: 2,
      summary: 'prompt 1',
      conversationId: 'conversation-1',
      turnNumber: 2,
      requestId: 'request-1',
      connectionId: 'boot/1/10/7f00/5',
      provider: 'openai',
      model: 'gpt-5',
      api: 'openai.responses',
      statusCode: 200,
      success: true,
      latencyMs: 812.5,
      ttftMs: 120.25,
      promptTokens: 10,
      completionTokens: 20,
      cachedTokens: 3,
      reasoningTokens: 4,
      payload: event.payload,
    });
    await reader.close();
    await writer.close();
  });

  it('gives back a long payload exactly, stored smaller', async () => {
    const writer = await startWriter({ path });
    const payload = JSON.stringify({ text: 'Grüße, 世界 🦅 '.repeat(20_000) });
    const event = sampleAiEvent(1, { event: { payload } });
    await writer.write([event]);
    const reader = await openEventReader({ path });
    expect((await reader.findEvent(event.eventId))?.payload).toBe(payload);
    expect(await reader.findPayloads([event.eventId, 'absent'])).toEqual(new Map([[event.eventId, payload]]));
    await reader.close();
    const stats = await writer.close();
    expect(stats.state).toBe('closed');
    const db = new Database(path, { readonly: true });
    const row = db.prepare<[], { bytes: number }>('select length(body) as bytes from event_payloads').get();
    expect(row?.bytes).toBeLessThan(payload.length / 10);
    db.close();
  });

  it('counts an event it has already and keeps the first', async () => {
    const writer = await startWriter({ path });
    await writer.write([sampleAiEvent(1)]);
    const commit = await writer.write([sampleAiEvent(1, { event: { summary: 'again' } }), sampleAiEvent(2)]);
    expect(commit).toMatchObject({ stored: 1, duplicates: 1, firstId: 2, lastId: 2 });
    const reader = await openEventReader({ path });
    expect((await reader.findEvent(sampleAiEvent(1).eventId))?.summary).toBe('prompt 1');
    expect(await reader.findConversation('conversation-1')).toMatchObject({ turnCount: 2 });
    await reader.close();
    await writer.close();
  });

  it('adds conversations up over batches', async () => {
    const writer = await startWriter({ path });
    await writer.write([
      sampleAiEvent(1, { ai: { title: 'Fix the build' }, event: { redactionCount: 2 } }),
      sampleAiEvent(2, {
        type: 'ai.response',
        ai: { success: true, promptTokens: 5, completionTokens: 7, model: 'gpt-5.1' },
      }),
      sampleAiEvent(3, { type: 'agent.tool_call' }),
    ]);
    await writer.write([
      sampleAiEvent(4, { ai: { title: 'Another title' }, event: { completeness: 'partial' } }),
      sampleAiEvent(5, {
        type: 'ai.response',
        ai: { success: false, promptTokens: 1, cachedTokens: 9, reasoningTokens: 8 },
      }),
    ]);
    const reader = await openEventReader({ path });
    expect(await reader.findConversation('conversation-1')).toMatchObject({
      firstUs: START_US + 1000,
      lastUs: START_US + 5000,
      execId: 'boot/1/10',
      provider: 'openai',
      model: 'gpt-5',
      title: 'Fix the build',
      turnCount: 2,
      errorCount: 1,
      toolCallCount: 1,
      redactionCount: 2,
      promptTokens: 6,
      completionTokens: 7,
      cachedTokens: 9,
      reasoningTokens: 8,
      completeness: 'partial',
    });
    await reader.close();
    await writer.close();
  });

  it('builds a process from what its events say, in one batch or over several', async () => {
    const writer = await startWriter({ path });
    const child = sampleProcess(2);
    await writer.write([
      sampleEvent(1, { eventType: 'process.fork', process: sampleProcess(1), relatedProcesses: [child] }),
      sampleEvent(2, { process: { ...child, name: 'sh', exe: '/bin/sh', cmdline: 'sh -c true' } }),
    ]);
    await writer.write([
      sampleEvent(3, {
        eventType: 'process.exit',
        process: { execId: child.execId, pid: child.pid, endUs: START_US + 9, exitCode: 3 },
      }),
    ]);
    const reader = await openEventReader({ path });
    expect(await reader.findProcess(child.execId)).toMatchObject({
      pid: 1002,
      parentExecId: 'boot/1/10',
      name: 'sh',
      exe: '/bin/sh',
      cmdline: 'sh -c true',
      endUs: START_US + 9,
      exitCode: 3,
      signal: null,
    });
    expect((await reader.findEvents({ execId: child.execId })).edges).toHaveLength(2);
    await reader.close();
    await writer.close();
  });

  it('refuses one bad event, counts it and stores the rest of the batch', async () => {
    const writer = await startWriter({ path });
    const commit = await writer.write([
      sampleEvent(1),
      sampleEvent(2, { timeUs: 0.5 }),
      sampleEvent(3),
      sampleEvent(4, { process: { execId: 'boot/9/9', pid: 1.5 } }),
    ]);
    // Its process is refused; the event's own pid column refuses the event too.
    expect(commit).toMatchObject({ stored: 2, dropped: { invalid: 2 }, firstId: 1, lastId: 2 });
    expect(writer.stats().dropped.invalid).toBe(2);
    const reader = await openEventReader({ path });
    expect(await reader.countStore()).toMatchObject({ events: 2 });
    await reader.close();
    expect((await writer.close()).refusedProcesses).toBe(1);
  });

  it('drops and counts what the queue has no room for, by count and by bytes', async () => {
    const writer = await startWriter({ path, maxQueuedEvents: 10, maxQueuedBytes: 40_000 });
    const first = writer.write(Array.from({ length: 8 }, (_, index) => sampleEvent(index)));
    const second = writer.write(Array.from({ length: 8 }, (_, index) => sampleEvent(100 + index)));
    expect(writer.stats().queuedEvents).toBe(10);
    expect(await first).toMatchObject({ stored: 8, dropped: {} });
    expect(await second).toMatchObject({ stored: 2, dropped: { queue_events: 6 } });
    const large = await writer.write([sampleEvent(200, { payload: JSON.stringify('x'.repeat(30_000)) })]);
    expect(large).toMatchObject({ stored: 0, dropped: { queue_bytes: 1 } });
    expect(writer.stats()).toMatchObject({ received: 17, stored: 10, queuedEvents: 0, queuedBytes: 0 });
    expect(writer.stats().dropped).toMatchObject({ queue_events: 6, queue_bytes: 1 });
    await writer.close();
  });

  it('writes what is queued when it closes, and drops and counts what comes after', async () => {
    const writer = await startWriter({ path });
    const pending = Array.from({ length: 20 }, (_, batch) =>
      writer.write(Array.from({ length: 500 }, (_, index) => sampleEvent(batch * 500 + index))),
    );
    const stats = await writer.close();
    expect(stats.stored).toBe(10_000);
    expect((await Promise.all(pending)).every((commit) => commit.stored === 500)).toBe(true);
    expect(await writer.write([sampleEvent(99_999)])).toMatchObject({ stored: 0, dropped: { closed: 1 } });
    expect(await writer.close()).toBe(stats);
    const reader = await openEventReader({ path });
    const size = await reader.countStore();
    expect(size).toMatchObject({ events: 10_000, walBytes: 0 });
    await reader.close();
  });

  it('goes on numbering where it stopped, also when all events are gone', async () => {
    const first = await startWriter({ path });
    await first.write([sampleEvent(1), sampleEvent(2)]);
    first.setRetention({ maxAgeDays: 0 });
    await first.sweep();
    await first.close();
    const second = await startWriter({ path });
    expect(await second.write([sampleEvent(3)])).toMatchObject({ firstId: 3 });
    await second.close();
  });

  it('waits for a lock another program holds and then stores everything', async () => {
    const states: string[] = [];
    const writer = await startWriter({ path, onState: (state) => states.push(state) });
    const other = new Database(path);
    other.exec('begin immediate');
    const commit = writer.write([sampleEvent(1)]);
    await waitFor(() => writer.stats().state === 'locked');
    expect(writer.stats().problem).toMatch(/locked by another program/);
    other.exec('rollback');
    expect(await commit).toMatchObject({ stored: 1 });
    expect(states).toEqual(['locked', 'ok']);
    expect(writer.stats().retries).toBeGreaterThan(0);
    other.close();
    await writer.close();
  });

  it('closes within three seconds while another program holds the lock, and says what was lost', async () => {
    const writer = await startWriter({ path });
    const other = new Database(path);
    other.exec('begin immediate');
    const commit = writer.write([sampleEvent(1)]);
    const started = performance.now();
    await writer.close();
    expect(performance.now() - started).toBeLessThan(3300);
    expect(await commit).toMatchObject({ stored: 0, dropped: { closed: 1 } });
    other.exec('rollback');
    other.close();
  });

  it('makes command lines searchable when it is idle, and prompts at once', async () => {
    const writer = await startWriter({ path });
    await writer.write([
      sampleEvent(1, { summary: 'rm -rf build' }),
      sampleAiEvent(2, { event: { searchText: 'please remove the build folder' } }),
    ]);
    const reader = await openEventReader({ path });
    expect((await reader.findEvents({ text: 'folder' })).edges.map((edge) => edge.node.id)).toEqual([2]);
    await waitFor(() => writer.stats().searchBehind === 0);
    expect((await reader.findEvents({ text: 'build' })).edges.map((edge) => edge.node.id)).toEqual([2, 1]);
    await reader.close();
    await writer.close();
  });
});
