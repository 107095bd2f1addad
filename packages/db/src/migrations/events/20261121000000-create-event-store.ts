import { sql, type Kysely } from 'kysely';

/** Tables of the first release. Indexes are partial where most rows (process events) have no value. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table processes (
      id integer not null primary key,
      exec_id text not null,
      pid integer not null,
      ppid integer,
      parent_exec_id text,
      exe text,
      name text,
      cmdline text,
      cwd text,
      uid integer,
      user text,
      container_id text,
      start_us integer,
      end_us integer,
      exit_code integer,
      signal integer
    ) strict`.execute(db);
  await sql`create unique index processes_exec_id_idx on processes (exec_id)`.execute(db);
  await sql`create index processes_parent_exec_id_idx on processes (parent_exec_id)`.execute(db);
  await sql`create index processes_pid_idx on processes (pid)`.execute(db);

  await sql`
    create table events (
      id integer not null primary key,
      event_id text not null,
      event_type integer not null,
      time_us integer not null,
      process_id integer,
      pid integer,
      process_name text,
      uid integer,
      completeness integer not null,
      redaction_count integer not null,
      summary text not null,
      conversation_id text,
      turn_number integer,
      request_id text,
      connection_id text,
      provider text,
      model text,
      api text,
      status_code integer,
      success integer,
      latency_ms real,
      ttft_ms real,
      prompt_tokens integer,
      completion_tokens integer,
      cached_tokens integer,
      reasoning_tokens integer
    ) strict`.execute(db);
  await sql`create unique index events_event_id_idx on events (event_id)`.execute(db);
  await sql`create index events_time_us_idx on events (time_us)`.execute(db);
  await sql`create index events_process_id_time_us_idx on events (process_id, time_us)`.execute(db);
  // 16 is the first type code that is not AI activity; queries repeat this condition to be given the index.
  await sql`create index events_ai_time_us_idx on events (time_us) where event_type < 16`.execute(db);
  await sql`create index events_conversation_id_time_us_idx on events (conversation_id, time_us)
    where conversation_id is not null`.execute(db);
  await sql`create index events_connection_id_time_us_idx on events (connection_id, time_us)
    where connection_id is not null`.execute(db);

  await sql`
    create table event_payloads (
      id integer not null primary key,
      body any not null
    ) strict`.execute(db);

  await sql`create virtual table event_search using fts5
    (text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')`.execute(db);

  await sql`
    create table conversations (
      key integer not null primary key,
      id text not null,
      first_us integer not null,
      last_us integer not null,
      process_id integer,
      pid integer,
      process_name text,
      provider text,
      model text,
      api text,
      title text not null,
      turn_count integer not null,
      error_count integer not null,
      tool_call_count integer not null,
      redaction_count integer not null,
      prompt_tokens integer not null,
      completion_tokens integer not null,
      cached_tokens integer not null,
      reasoning_tokens integer not null,
      completeness integer not null
    ) strict`.execute(db);
  await sql`create unique index conversations_id_idx on conversations (id)`.execute(db);
  await sql`create index conversations_last_us_idx on conversations (last_us)`.execute(db);
  await sql`create index conversations_process_id_idx on conversations (process_id)`.execute(db);

  await sql`
    create table store_state (
      name text not null primary key,
      value integer not null
    ) strict, without rowid`.execute(db);
  await sql`insert into store_state (name, value) values ('last_event_id', 0), ('search_done_id', 0)`.execute(
    db,
  );
}
