import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  makeDirectory,
  sampleAiEvent,
  sampleEvent,
  sampleProcess,
  waitFor,
} from '../../test/sample-events.ts';
import { openEventReader } from '../reader/open-event-reader.ts';
import { startWriter } from './start-writer.ts';

const DAY_US = 86_400_000_000;

let directory: ReturnType<typeof makeDirectory>;
let path: string;
beforeEach(() => {
  directory = makeDirectory();
  path = join(directory.path, 'events.db');
});
afterEach(() => directory.remove());

describe('retention', () => {
  it('removes what is too old, with its payload and its words, and keeps the rest', async () => {
    const nowUs = Date.now() * 1000;
    const old = nowUs - 8 * DAY_US;
    const writer = await startWriter({ path });
    await writer.write([
      sampleAiEvent(1, {
        ai: { conversationId: 'old' },
        event: { timeUs: old, searchText: 'forgotten words' },
      }),
      sampleEvent(2, { timeUs: old, summary: 'forgotten command' }),
      sampleAiEvent(3, { ai: { conversationId: 'both' }, event: { timeUs: old } }),
      sampleAiEvent(4, {
        ai: { conversationId: 'both' },
        event: { timeUs: nowUs, searchText: 'kept words' },
      }),
    ]);
    await waitFor(() => writer.stats().searchBehind === 0);
    writer.setRetention({ maxAgeDays: 7 });
    expect(await writer.sweep()).toMatchObject({ byAge: 3, bySize: 0, conversations: 1 });

    const reader = await openEventReader({ path });
    expect(await reader.countStore()).toMatchObject({ events: 1, conversations: 1 });
    expect(await reader.findConversation('old')).toBeNull();
    expect(await reader.findConversation('both')).not.toBeNull();
    expect((await reader.findEvents({ text: 'kept' })).edges).toHaveLength(1);
    await reader.close();
    await writer.close();
    const db = new Database(path, { readonly: true });
    const ids = db.prepare('select rowid from event_search where event_search match ?').pluck();
    expect(ids.all('forgotten')).toEqual([]);
    expect(db.prepare('select count(*) from event_payloads').pluck().get()).toBe(1);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });

  it('keeps processes that run, that events need, or that are parents of kept ones', async () => {
    const nowUs = Date.now() * 1000;
    const old = { timeUs: nowUs - 2 * DAY_US };
    const ended = { endUs: nowUs - 2 * DAY_US };
    const parent = sampleProcess(0, ended);
    const kept = sampleProcess(1, ended);
    const gone = sampleProcess(20, ended);
    const running = sampleProcess(30);
    const writer = await startWriter({ path, retention: { maxAgeDays: 1 } });
    await writer.write([
      sampleEvent(1, { ...old, process: parent }),
      sampleEvent(2, { ...old, process: gone }),
      sampleEvent(3, { ...old, process: running }),
      sampleEvent(4, { timeUs: nowUs, process: kept }),
    ]);
    expect(await writer.sweep()).toMatchObject({ byAge: 3, processes: 1 });
    const reader = await openEventReader({ path });
    const pids = (await reader.findProcesses({})).edges.map((edge) => edge.node.pid);
    expect(pids).toEqual([kept.pid, running.pid, parent.pid]);
    // A process that comes back after its row was removed gets a row again.
    await writer.write([sampleAiEvent(5, { event: { timeUs: nowUs, process: gone } })]);
    expect(await reader.findProcess(gone.execId)).toMatchObject({ pid: gone.pid });
    await reader.close();
    await writer.close();
  });

  it('removes the oldest until the database is small enough, and gives the space back', async () => {
    const writer = await startWriter({ path });
    const payload = JSON.stringify('x'.repeat(3000));
    for (let batch = 0; batch < 10; batch += 1) {
      await writer.write(
        Array.from({ length: 1000 }, (_, index) => sampleEvent(batch * 1000 + index, { payload })),
      );
    }
    const maxBytes = 20_000_000;
    const reader = await openEventReader({ path });
    const before = await reader.countStore();
    expect(before.databaseBytes + before.walBytes).toBeGreaterThan(maxBytes);
    writer.setRetention({ maxBytes });
    const counts = await writer.sweep();
    expect(counts.bySize).toBeGreaterThan(2000);
    expect(counts.bySize).toBeLessThan(8000);
    const newest = (await reader.findEvents({}, { first: 1 })).edges[0]?.node;
    expect(newest?.summary).toBe('command 9999');
    await reader.close();
    await writer.close();
    const size = await openEventReader({ path }).then(async (after) => {
      const result = await after.countStore();
      await after.close();
      return result;
    });
    expect(size.events).toBe(10_000 - counts.bySize);
    // Up to 8 MiB of free pages are kept for new rows.
    expect(size.databaseBytes).toBeLessThan(maxBytes + 8_500_000);
  });

  it('goes on storing while it sweeps', async () => {
    const writer = await startWriter({ path });
    await writer.write(Array.from({ length: 10_000 }, (_, index) => sampleEvent(index)));
    writer.setRetention({ maxAgeDays: 0 });
    const sweep = writer.sweep();
    const commits = await Promise.all(
      Array.from({ length: 20 }, (_, batch) =>
        writer.write([sampleEvent(20_000 + batch, { timeUs: Date.now() * 1000 + DAY_US })]),
      ),
    );
    expect(commits.every((commit) => commit.stored === 1)).toBe(true);
    expect((await sweep).byAge).toBe(10_000);
    await writer.close();
  });

  it('sweeps by itself at its interval', async () => {
    const writer = await startWriter({ path, retention: { maxAgeDays: 0 }, retentionIntervalMs: 50 });
    await writer.write([sampleEvent(1, { timeUs: 1 })]);
    await waitFor(() => writer.stats().retention.byAge === 1);
    await writer.close();
  });
});
