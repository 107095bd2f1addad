import type { ColumnType, Generated } from 'kysely';

/** One row per process the events tell of, as last known. */
export interface ProcessTable {
  id: Generated<number>;
  exec_id: ColumnType<string, string, never>;
  pid: number;
  ppid: number | null;
  parent_exec_id: string | null;
  exe: string | null;
  name: string | null;
  cmdline: string | null;
  cwd: string | null;
  uid: number | null;
  user: string | null;
  container_id: string | null;
  start_us: number | null;
  end_us: number | null;
  exit_code: number | null;
  signal: number | null;
}
