import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDirectory } from '../test/sample-events.ts';
import { openControlStore } from './control/open-control-store.ts';
import { openEventStore } from './open-event-store.ts';
import { openEventReader } from './reader/open-event-reader.ts';

let directory: ReturnType<typeof makeDirectory>;
let path: string;
beforeEach(() => {
  directory = makeDirectory();
  path = join(directory.path, 'data', 'events.db');
});
afterEach(() => directory.remove());

describe('openEventStore', () => {
  it('makes a database from nothing, readable by its owner only', async () => {
    await openEventStore({ path });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory.path, 'data')).mode & 0o777).toBe(0o700);
    const db = new Database(path, { readonly: true });
    const tables = db.prepare('select name, strict from pragma_table_list where schema = ?').all('main');
    for (const name of ['events', 'event_payloads', 'conversations', 'processes', 'store_state']) {
      expect(tables).toContainEqual({ name, strict: 1 });
    }
    expect(db.pragma('auto_vacuum', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    db.close();
  });

  it('keeps what is stored when opened again', async () => {
    await openEventStore({ path });
    const db = new Database(path);
    db.prepare('insert into processes (exec_id, pid) values (?, ?)').run('boot/1/1', 1);
    db.close();
    await openEventStore({ path });
    const reader = await openEventReader({ path });
    expect(await reader.findProcess('boot/1/1')).toMatchObject({ pid: 1 });
    await reader.close();
  });

  it('refuses a database that had a migration it does not know', async () => {
    await openEventStore({ path });
    const db = new Database(path);
    db.prepare('insert into kysely_migration (name, timestamp) values (?, ?)').run(
      '29990101000000-from-the-future',
      'x',
    );
    db.close();
    await expect(openEventStore({ path })).rejects.toMatchObject({ code: 'STORE_TOO_NEW', path });
    await expect(openEventStore({ path })).rejects.toThrow(/29990101000000-from-the-future/);
  });

  it('names a file that is not a database and says what to do', async () => {
    mkdirSync(join(directory.path, 'data'));
    writeFileSync(
      path,
      'this is not a database, and long enough to have a header of one hundred bytes'.repeat(20),
    );
    await expect(openEventStore({ path })).rejects.toMatchObject({ code: 'STORE_CORRUPT', path });
    await expect(openEventStore({ path })).rejects.toThrow(/move .*events\.db.* aside/);
  });

  it('says when another program holds the lock', async () => {
    await openEventStore({ path });
    const other = new Database(path);
    other.prepare('delete from kysely_migration').run();
    other.exec('begin exclusive');
    await expect(openEventStore({ path })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    other.exec('rollback');
    other.close();
  });

  it('says when the path can not be opened', async () => {
    writeFileSync(join(directory.path, 'file'), '');
    await expect(openEventStore({ path: join(directory.path, 'file', 'events.db') })).rejects.toMatchObject({
      code: 'STORE_PERMISSION',
    });
    await expect(openEventStore({ path: directory.path })).rejects.toMatchObject({
      code: 'STORE_PERMISSION',
    });
  });

  it('leaves no table behind when a migration fails half-way', async () => {
    mkdirSync(join(directory.path, 'data'));
    const db = new Database(path);
    db.exec('create table events (id integer)');
    db.close();
    await expect(openEventStore({ path })).rejects.toMatchObject({ code: 'STORE_FAILED' });
    const after = new Database(path, { readonly: true });
    expect(after.prepare("select name from sqlite_schema where name = 'processes'").get()).toBeUndefined();
    after.close();
  });
});

describe('openEventReader', () => {
  it('says when there is no database', async () => {
    await expect(openEventReader({ path })).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
  });
});

describe('openControlStore', () => {
  it('makes a database from nothing, readable by its owner only', async () => {
    const store = await openControlStore({ path });
    expect(await store.countUsers()).toBe(0);
    await store.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
