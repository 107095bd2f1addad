import { sql, type Kysely } from 'kysely';

/** Tables of the first release. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id text not null primary key,
      name text not null collate nocase,
      password_hash text not null,
      role text not null check (role in ('viewer', 'operator', 'admin')),
      totp_secret text,
      created_us integer not null
    ) strict`.execute(db);
  await sql`create unique index users_name_idx on users (name)`.execute(db);

  await sql`
    create table sessions (
      id text not null primary key,
      user_id text not null references users (id) on delete cascade,
      expires_us integer not null,
      created_us integer not null,
      last_ip text,
      user_agent text
    ) strict`.execute(db);
  await sql`create index sessions_user_id_idx on sessions (user_id)`.execute(db);
  await sql`create index sessions_expires_us_idx on sessions (expires_us)`.execute(db);

  await sql`
    create table setup_tokens (
      token_hash text not null primary key,
      created_us integer not null,
      used_us integer
    ) strict`.execute(db);

  await sql`
    create table login_failures (
      key text not null primary key,
      failures integer not null,
      last_failure_us integer not null
    ) strict`.execute(db);
  await sql`create index login_failures_last_failure_us_idx on login_failures (last_failure_us)`.execute(db);

  await sql`
    create table redaction_rules (
      id integer not null primary key autoincrement,
      name text not null collate nocase,
      pattern text not null,
      placeholder text not null,
      description text not null,
      enabled integer not null check (enabled in (0, 1)),
      version integer not null,
      updated_us integer not null,
      updated_by text not null
    ) strict`.execute(db);
  await sql`create unique index redaction_rules_name_idx on redaction_rules (name)`.execute(db);

  await sql`
    create table builtin_rule_states (
      name text not null primary key,
      enabled integer not null check (enabled in (0, 1)),
      version integer not null,
      updated_us integer not null,
      updated_by text not null
    ) strict`.execute(db);

  await sql`
    create table settings (
      key text not null primary key,
      value text not null,
      updated_us integer not null,
      updated_by text not null
    ) strict`.execute(db);

  await sql`
    create table audit_log (
      id integer not null primary key autoincrement,
      time_us integer not null,
      actor text not null,
      action text not null,
      target text not null,
      before text,
      after text,
      ip text
    ) strict`.execute(db);
  await sql`create index audit_log_time_us_idx on audit_log (time_us)`.execute(db);
  await sql`create trigger audit_log_no_update before update on audit_log
    begin select raise(abort, 'the audit log is append-only'); end`.execute(db);
  await sql`create trigger audit_log_no_delete before delete on audit_log
    begin select raise(abort, 'the audit log is append-only'); end`.execute(db);
}
