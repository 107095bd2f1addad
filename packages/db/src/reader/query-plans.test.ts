import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { querySamples } from '../../test/query-samples.ts';
import { makeDirectory } from '../../test/sample-events.ts';
import { openEventStore } from '../open-event-store.ts';

const directory = makeDirectory();
let db: Database.Database;

beforeAll(async () => {
  const path = join(directory.path, 'events.db');
  await openEventStore({ path });
  db = new Database(path, { readonly: true });
});
afterAll(() => {
  db.close();
  directory.remove();
});

/** The steps SQLite takes for a query, one line each. */
function planOf(name: string): string[] {
  const compiled = querySamples[name]!.compile();
  const rows = db
    .prepare<unknown[], { detail: string }>(`explain query plan ${compiled.sql}`)
    .all(...compiled.parameters);
  return rows.map((row) => row.detail);
}

/** Counting rows has to walk them; it is not on a page's way. Conversations are few: their list may be sorted. */
const walks = ['counts-by-type', 'row-counts'];

describe('query plans', () => {
  it.each(Object.keys(querySamples).filter((name) => !walks.includes(name)))(
    '%s reads no table from end to end',
    (name) => {
      const scans = planOf(name).filter((step) => step.startsWith('SCAN '));
      // Walking an index in order until the page is full is not a full scan; nor is a search of the words, or the
      // rows of a recursion.
      const whole = scans.filter(
        (step) => !/USING (COVERING )?INDEX|VIRTUAL TABLE INDEX|^SCAN (?:chain|newest)$/.test(step),
      );
      // The list of processes walks its primary key backwards.
      expect(whole.filter((step) => !(name.startsWith('processes') && step === 'SCAN p'))).toEqual([]);
    },
  );

  it.each([
    ['events', 'events_time_us_idx'],
    ['events-after', 'events_time_us_idx'],
    ['events-ai-types', 'events_ai_time_us_idx'],
    ['events-by-provider-and-model', 'events_ai_time_us_idx'],
    ['events-by-process-name', 'events_ai_time_us_idx'],
    ['events-by-exec-id', 'events_process_id_time_us_idx'],
    ['events-by-conversation-filter', 'events_conversation_id_time_us_idx'],
    ['events-by-conversation', 'events_conversation_id_time_us_idx'],
    ['events-by-connection', 'events_connection_id_time_us_idx'],
    ['processes-by-parent', 'processes_parent_exec_id_idx'],
    ['conversations', 'conversations_last_us_idx'],
    ['conversations-filtered', 'conversations_last_us_idx'],
  ])('%s walks %s in order and sorts nothing', (name, index) => {
    const plan = planOf(name);
    expect(plan.join('\n')).toContain(index);
    expect(plan.join('\n')).not.toContain('TEMP B-TREE');
  });
});
