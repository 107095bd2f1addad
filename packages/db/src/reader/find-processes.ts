import type { RowQuery } from '../row-query.ts';
import { readPageRequest, toPage } from './cursor.ts';
import type { ReadonlyEvents } from './readonly-database.ts';
import type { Page, PageRequest, ProcessFilter, StoredProcess } from './types.ts';

/** Longest chain of parents that is followed. */
const MAX_ANCESTORS = 64;

/** Most ids one call looks up. */
const MAX_IDS = 1000;

const columns = [
  'p.exec_id as execId',
  'p.pid',
  'p.ppid',
  'p.parent_exec_id as parentExecId',
  'p.exe',
  'p.name',
  'p.cmdline',
  'p.cwd',
  'p.uid',
  'p.user',
  'p.container_id as containerId',
  'p.start_us as startUs',
  'p.end_us as endUs',
  'p.exit_code as exitCode',
  'p.signal',
] as const;

/** One process. */
export function selectProcess(db: ReadonlyEvents, execId: string): RowQuery<StoredProcess> {
  return db.selectFrom('processes as p').select(columns).where('p.exec_id', '=', execId);
}

/** One process; null when it is not stored. */
export async function findProcess(db: ReadonlyEvents, execId: string): Promise<StoredProcess | null> {
  return (await selectProcess(db, execId).executeTakeFirst()) ?? null;
}

/** Processes of a list of identities. */
export function selectProcessesByExecIds(
  db: ReadonlyEvents,
  execIds: readonly string[],
): RowQuery<StoredProcess> {
  return db.selectFrom('processes as p').select(columns).where('p.exec_id', 'in', execIds.slice(0, MAX_IDS));
}

/** Processes by identity; those not stored are absent. */
export async function findProcessesByExecIds(
  db: ReadonlyEvents,
  execIds: readonly string[],
): Promise<ReadonlyMap<string, StoredProcess>> {
  if (execIds.length === 0) return new Map();
  const rows = await selectProcessesByExecIds(db, execIds).execute();
  return new Map(rows.map((row) => [row.execId, row]));
}

/** The parents of a process, nearest first. The depth limit also ends a circle, should one ever be stored. */
export function selectProcessAncestors(db: ReadonlyEvents, execId: string): RowQuery<StoredProcess> {
  return db
    .withRecursive('chain(exec_id, depth)', (qc) =>
      qc
        .selectFrom('processes')
        .select((eb) => ['parent_exec_id as exec_id', eb.lit(1).as('depth')])
        .where('processes.exec_id', '=', execId)
        .unionAll((eb) =>
          eb
            .selectFrom('chain')
            .innerJoin('processes', 'processes.exec_id', 'chain.exec_id')
            .select((inner) => [
              'processes.parent_exec_id as exec_id',
              inner('chain.depth', '+', inner.lit(1)).as('depth'),
            ])
            .where('chain.depth', '<', MAX_ANCESTORS),
        ),
    )
    .selectFrom('chain')
    .innerJoin('processes as p', 'p.exec_id', 'chain.exec_id')
    .select(columns)
    .orderBy('chain.depth');
}

/** The parents of a process, nearest first. */
export async function findProcessAncestors(
  db: ReadonlyEvents,
  execId: string,
): Promise<readonly StoredProcess[]> {
  const rows = await selectProcessAncestors(db, execId).execute();
  // A process that is its own ancestor can only come from bad input; it is listed once.
  const seen = new Set([execId]);
  return rows.filter((row) => !seen.has(row.execId) && seen.add(row.execId));
}

/** Processes, latest seen first. */
export function selectProcesses(
  db: ReadonlyEvents,
  filter: ProcessFilter,
  page: PageRequest = {},
): RowQuery<StoredProcess & { readonly id: number }> {
  const { first, after } = readPageRequest(page);
  let query = db
    .selectFrom('processes as p')
    .select([...columns, 'p.id'])
    .orderBy('p.id', 'desc')
    .limit(first + 1);
  if (after !== null) query = query.where('p.id', '<', after.id);
  if (filter.name !== undefined) query = query.where('p.name', '=', filter.name);
  if (filter.parentExecId !== undefined) query = query.where('p.parent_exec_id', '=', filter.parentExecId);
  if (filter.running !== undefined) query = query.where('p.end_us', filter.running ? 'is' : 'is not', null);
  return query;
}

/** Processes, latest seen first. */
export async function findProcesses(
  db: ReadonlyEvents,
  filter: ProcessFilter,
  page: PageRequest = {},
): Promise<Page<StoredProcess>> {
  const rows = await selectProcesses(db, filter, page).execute();
  return toPage(rows, readPageRequest(page).first, {
    node: (row): StoredProcess => row,
    position: ({ id }) => ({ timeUs: 0, id }),
  });
}
