import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { makeDirectory, sampleEvent, waitFor } from '../../test/sample-events.ts';
import { openEventStore } from '../open-event-store.ts';
import { openEventReader } from '../reader/open-event-reader.ts';
import { startWriter } from './start-writer.ts';

let directory: ReturnType<typeof makeDirectory>;
beforeEach(() => {
  directory = makeDirectory();
});
afterEach(() => directory.remove());

describe('a process killed while it writes', () => {
  it('leaves a consistent database with everything it was told is committed', async () => {
    const path = join(directory.path, 'events.db');
    const script = fileURLToPath(new URL('../../test/write-until-killed.ts', import.meta.url));
    const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let reported = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (reported += text));
    const exited = new Promise((resolve) => child.once('exit', resolve));
    try {
      await waitFor(() => reported.split('\n').length > 5, 20_000);
    } finally {
      child.kill('SIGKILL');
      await exited;
    }

    const acknowledged = Math.max(...reported.trim().split('\n').map(Number));
    expect(acknowledged).toBeGreaterThan(0);
    const writer = await startWriter({ path });
    const db = new Database(path, { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const row = db
      .prepare<[], Record<'events' | 'payloads' | 'last' | 'ai' | 'turns', number>>(
        `select (select count(*) from events) as events, (select count(*) from event_payloads) as payloads,
          (select value from store_state where name = 'last_event_id') as last,
          (select count(*) from events where event_type = 1) as ai, (select sum(turn_count) from conversations) as turns`,
      )
      .get();
    expect(row?.events).toBeGreaterThanOrEqual(acknowledged);
    expect(row?.payloads).toBe(row?.events);
    expect(row?.last).toBe(row?.events);
    expect(row?.turns).toBe(row?.ai);
    db.close();
    await writer.close();
  }, 30_000);
});

/** Mounts a small file system; null with a reason where that is not allowed. */
function mountSmall(at: string): string | null {
  mkdirSync(at);
  if (process.getuid?.() !== 0) return 'needs root to mount a small file system';
  try {
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'tmpfs', at], {
      stdio: 'pipe',
    });
    return null;
  } catch (error) {
    return `mount failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A mounted small file system; without root the test is skipped, and fails where a skip may not be. */
function mountOrSkip(context: TestContext): string {
  const at = join(directory.path, 'small');
  const reason = mountSmall(at);
  if (reason !== null) {
    if (process.env['CI'] === 'true') throw new Error(reason);
    context.skip(reason);
  }
  return at;
}

describe('a read-only file system', () => {
  it('is named, with what to do', async (context) => {
    const at = mountOrSkip(context);
    try {
      const path = join(at, 'events.db');
      await openEventStore({ path });
      execFileSync('/usr/bin/mount', ['-o', 'remount,ro', at]);
      await expect(startWriter({ path })).rejects.toMatchObject({ code: 'STORE_READONLY', path });
      await expect(startWriter({ path })).rejects.toThrow(/Make it writable/);
    } finally {
      execFileSync('/usr/bin/umount', [at]);
    }
  });
});

describe('a full disk', () => {
  it('keeps what is queued, counts what does not fit, and goes on when there is space', async (context) => {
    const at = mountOrSkip(context);
    try {
      const path = join(at, 'events.db');
      const states: string[] = [];
      const writer = await startWriter({
        path,
        maxQueuedEvents: 300,
        onState: (state) => states.push(state),
      });
      expect(await writer.write([sampleEvent(0)])).toMatchObject({ stored: 1 });

      const { bavail, bsize } = statfsSync(at);
      const ballast = join(at, 'ballast');
      writeFileSync(ballast, Buffer.alloc(bavail * bsize - 64 * 1024));
      const batch = (from: number, count: number): ReturnType<typeof writer.write> =>
        writer.write(
          Array.from({ length: count }, (_, index) =>
            sampleEvent(from + index, { payload: JSON.stringify(`${from + index}`.repeat(400)) }),
          ),
        );
      const stuck = batch(1, 250);
      await waitFor(() => writer.stats().state === 'full');
      expect(writer.stats().problem).toMatch(/no space left/);

      const refused = batch(1000, 100);
      expect(writer.stats().dropped.disk_full).toBe(50);

      rmSync(ballast);
      expect(await stuck).toMatchObject({ stored: 250, dropped: {} });
      expect(await refused).toMatchObject({ stored: 50, dropped: { disk_full: 50 } });
      expect(writer.stats().state).toBe('ok');
      expect(states).toEqual(['full', 'ok']);

      const reader = await openEventReader({ path });
      expect(await reader.countStore()).toMatchObject({ events: 301 });
      await reader.close();
      await writer.close();
      const db = new Database(path, { readonly: true });
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      db.close();
    } finally {
      execFileSync('/usr/bin/umount', [at]);
    }
  }, 20_000);
});
