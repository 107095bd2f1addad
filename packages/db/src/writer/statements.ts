import type Database from 'better-sqlite3';
import { sql, type Compilable } from 'kysely';
import { eventTypeCodes } from '../event-input.ts';
import { createQueryCompiler } from '../query-compiler.ts';

/** What SQLite takes as a value. */
export type SqlValue = string | number | null | Uint8Array;

export type WriteStatement = Database.Statement<SqlValue[]>;

const db = createQueryCompiler();
/** Stands in for a bound value: only the order of parameters counts, and it is the order of the columns below. */
const text = '';
const number = 0;

/** The columns every event has, in the order in which event-rows.ts binds them. */
const eventColumns = {
  id: number,
  event_id: text,
  event_type: number,
  time_us: number,
  process_id: number,
  pid: number,
  process_name: text,
  uid: number,
  completeness: number,
  redaction_count: number,
  summary: text,
};

/** A process event: AI columns stay null, and binding 10 values instead of 26 saves a third of the insert. */
export const insertProcessEvent: Compilable = db
  .insertInto('events')
  .values(eventColumns)
  .onConflict((conflict) => conflict.column('event_id').doNothing());

export const insertAiEvent: Compilable = db
  .insertInto('events')
  .values({
    ...eventColumns,
    conversation_id: text,
    turn_number: number,
    request_id: text,
    connection_id: text,
    provider: text,
    model: text,
    api: text,
    status_code: number,
    success: number,
    latency_ms: number,
    ttft_ms: number,
    prompt_tokens: number,
    completion_tokens: number,
    cached_tokens: number,
    reasoning_tokens: number,
  })
  .onConflict((conflict) => conflict.column('event_id').doNothing());

export const insertPayload: Compilable = db.insertInto('event_payloads').values({ id: number, body: text });

export const deleteEvent: Compilable = db.deleteFrom('events').where('id', '=', number);

export const deletePayload: Compilable = db.deleteFrom('event_payloads').where('id', '=', number);

export const insertSearch: Compilable = db.insertInto('event_search').values({ rowid: number, text });

export const insertProcess: Compilable = db
  .insertInto('processes')
  .values({
    exec_id: text,
    pid: number,
    ppid: number,
    parent_exec_id: text,
    exe: text,
    name: text,
    cmdline: text,
    cwd: text,
    uid: number,
    user: text,
    container_id: text,
    start_us: number,
    end_us: number,
    exit_code: number,
    signal: number,
  })
  .onConflict((conflict) => conflict.column('exec_id').doNothing());

export const selectProcessId: Compilable = db
  .selectFrom('processes')
  .select('id')
  .where('exec_id', '=', text);

/** Known values overwrite; null leaves what is stored. */
export const updateProcess: Compilable = db
  .updateTable('processes')
  .set((eb) => ({
    pid: eb.fn.coalesce(eb.val(number), 'pid'),
    ppid: eb.fn.coalesce(eb.val(number), 'ppid'),
    parent_exec_id: eb.fn.coalesce(eb.val(text), 'parent_exec_id'),
    exe: eb.fn.coalesce(eb.val(text), 'exe'),
    name: eb.fn.coalesce(eb.val(text), 'name'),
    cmdline: eb.fn.coalesce(eb.val(text), 'cmdline'),
    cwd: eb.fn.coalesce(eb.val(text), 'cwd'),
    uid: eb.fn.coalesce(eb.val(number), 'uid'),
    user: eb.fn.coalesce(eb.val(text), 'user'),
    container_id: eb.fn.coalesce(eb.val(text), 'container_id'),
    start_us: eb.fn.coalesce(eb.val(number), 'start_us'),
    end_us: eb.fn.coalesce(eb.val(number), 'end_us'),
    exit_code: eb.fn.coalesce(eb.val(number), 'exit_code'),
    signal: eb.fn.coalesce(eb.val(number), 'signal'),
  }))
  .where('id', '=', number);

export const upsertConversation: Compilable = db
  .insertInto('conversations')
  .values({
    id: text,
    first_us: number,
    last_us: number,
    process_id: number,
    pid: number,
    process_name: text,
    provider: text,
    model: text,
    api: text,
    title: text,
    turn_count: number,
    error_count: number,
    tool_call_count: number,
    redaction_count: number,
    prompt_tokens: number,
    completion_tokens: number,
    cached_tokens: number,
    reasoning_tokens: number,
    completeness: number,
  })
  .onConflict((conflict) =>
    conflict.column('id').doUpdateSet((eb) => ({
      first_us: eb.fn('min', ['conversations.first_us', 'excluded.first_us']),
      last_us: eb.fn('max', ['conversations.last_us', 'excluded.last_us']),
      process_id: eb.fn.coalesce('excluded.process_id', 'conversations.process_id'),
      pid: eb.fn.coalesce('excluded.pid', 'conversations.pid'),
      process_name: eb.fn.coalesce('excluded.process_name', 'conversations.process_name'),
      provider: eb.fn.coalesce('excluded.provider', 'conversations.provider'),
      model: eb.fn.coalesce('excluded.model', 'conversations.model'),
      api: eb.fn.coalesce('excluded.api', 'conversations.api'),
      // The first title stays: it names what the conversation began with.
      title: eb.fn.coalesce(
        eb.fn<string | null>('nullif', ['conversations.title', sql.lit('')]),
        'excluded.title',
      ),
      turn_count: eb('conversations.turn_count', '+', eb.ref('excluded.turn_count')),
      error_count: eb('conversations.error_count', '+', eb.ref('excluded.error_count')),
      tool_call_count: eb('conversations.tool_call_count', '+', eb.ref('excluded.tool_call_count')),
      redaction_count: eb('conversations.redaction_count', '+', eb.ref('excluded.redaction_count')),
      prompt_tokens: eb('conversations.prompt_tokens', '+', eb.ref('excluded.prompt_tokens')),
      completion_tokens: eb('conversations.completion_tokens', '+', eb.ref('excluded.completion_tokens')),
      cached_tokens: eb('conversations.cached_tokens', '+', eb.ref('excluded.cached_tokens')),
      reasoning_tokens: eb('conversations.reasoning_tokens', '+', eb.ref('excluded.reasoning_tokens')),
      completeness: eb.fn('min', ['conversations.completeness', 'excluded.completeness']),
    })),
  );

export const setState: Compilable = db
  .updateTable('store_state')
  .set({ value: number })
  .where('name', '=', text);

export const getState: Compilable = db.selectFrom('store_state').select('value').where('name', '=', text);

/** Prepares what Kysely compiled on the connection that will run it. */
export function prepare(connection: Database.Database, query: Compilable): WriteStatement {
  return connection.prepare<SqlValue[]>(query.compile().sql);
}

export const selectCommands: Compilable = db
  .selectFrom('events')
  .select(['id', 'summary'])
  .where('id', '>', number)
  .where('id', '<=', number)
  .where((eb) => eb('event_type', '=', eb.lit(eventTypeCodes['process.exec'])))
  .orderBy('id');

export const selectOldestEvents: Compilable = db
  .selectFrom('events')
  .select(['id', 'conversation_id'])
  .where('time_us', '<', number)
  .orderBy('time_us')
  .limit(number);

export const deleteSearch: Compilable = db.deleteFrom('event_search').where('rowid', '=', number);

export const deleteEmptyConversation: Compilable = db
  .deleteFrom('conversations')
  .where('id', '=', text)
  .where((eb) =>
    eb.not(
      eb.exists(
        eb.selectFrom('events').select('events.id').whereRef('conversation_id', '=', 'conversations.id'),
      ),
    ),
  );

/** Ended processes of a range of rows that no event, conversation or stored child refers to. */
export const deleteUnusedProcesses: Compilable = db
  .deleteFrom('processes')
  .where('id', '>', number)
  .where('id', '<=', number)
  .where('end_us', 'is not', null)
  .where((eb) =>
    eb.and([
      eb.not(
        eb.exists(eb.selectFrom('events').select('events.id').whereRef('process_id', '=', 'processes.id')),
      ),
      eb.not(
        eb.exists(eb.selectFrom('conversations').select('key').whereRef('process_id', '=', 'processes.id')),
      ),
      eb.not(
        eb.exists(
          eb
            .selectFrom('processes as child')
            .select('child.id')
            .whereRef('child.parent_exec_id', '=', 'processes.exec_id'),
        ),
      ),
    ]),
  );

export const selectLastProcessId: Compilable = db
  .selectFrom('processes')
  .select((eb) => eb.fn.max('id').as('id'));
