import type { Kysely, Transaction } from 'kysely';
import { readPageRequest, toPage } from '../reader/cursor.ts';
import type { Page, PageRequest } from '../reader/types.ts';
import type { ControlDatabase } from '../schema/control-database.ts';
import type { AuditEntry, AuditInput } from './types.ts';

/** What the control queries run on. */
export interface ControlContext {
  readonly db: Kysely<ControlDatabase>;
  /** Microseconds since the epoch. */
  readonly nowUs: () => number;
}

const toJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** Writes one entry with the transaction that makes the change, so that there is never one without the other. */
export async function insertAudit(
  tx: Kysely<ControlDatabase> | Transaction<ControlDatabase>,
  entry: AuditInput,
  timeUs: number,
): Promise<void> {
  await tx
    .insertInto('audit_log')
    .values({
      time_us: timeUs,
      actor: entry.actor.name,
      action: entry.action,
      target: entry.target,
      before: toJson(entry.before),
      after: toJson(entry.after),
      ip: entry.actor.ip ?? null,
    })
    .execute();
}

/** Entries of the audit log, newest first. */
export async function findAudit({ db }: ControlContext, page: PageRequest = {}): Promise<Page<AuditEntry>> {
  const { first, after } = readPageRequest(page);
  let query = db
    .selectFrom('audit_log')
    .select(['id', 'time_us as timeUs', 'actor', 'action', 'target', 'before', 'after', 'ip'])
    .orderBy('time_us', 'desc')
    .orderBy('id', 'desc')
    .limit(first + 1);
  if (after !== null) {
    query = query.where((eb) => eb(eb.refTuple('time_us', 'id'), '<', eb.tuple(after.timeUs, after.id)));
  }
  return toPage(await query.execute(), first, { node: (row) => row, position: (row) => row });
}
