/** From process records to the process table and events. */
import type { ProcessExec, ProcessExit, ProcessFork, ProcessSeen } from '@eyrie/bpf/wire';
import { processKey } from '../enrich/ids.ts';
import type { ProcessEntry, ProcessTable } from '../enrich/process-table.ts';
import { RecentMap } from '../cache/recent-map.ts';
import { buildExec, buildExit, buildFork, buildRunning } from '../event/process-events.ts';
import type { EventContext } from '../event/envelope.ts';
import type { Event } from '../event/types.ts';

export interface ProcessStageDeps {
  readonly context: EventContext;
  readonly table: ProcessTable;
  readonly running: 'all' | 'referenced';
  readonly emit: (event: Event, ktimeUs: number) => void;
}

export interface ProcessStage {
  fork(record: ProcessFork): void;
  exec(record: ProcessExec): void;
  exit(record: ProcessExit): void;
  seen(record: ProcessSeen): void;
  /** Tells of a process that ran before, once, when the first of its events is told. */
  introduce(entry: ProcessEntry, atUs: number): void;
}

/** Processes that ran before and were told of. */
const maxIntroduced = 65_536;

/** Creates the stage. */
export function createProcessStage({ context, table, running, emit }: ProcessStageDeps): ProcessStage {
  const introduced = new RecentMap<string, true>(maxIntroduced);
  const waiting = new RecentMap<string, ProcessSeen>(maxIntroduced);

  const introduce = (entry: ProcessEntry, atUs: number): void => {
    if (entry.origin !== 'seen' && entry.origin !== 'proc') return;
    const key = processKey(entry.tgid, entry.startUs);
    if (introduced.get(key) === true) return;
    introduced.set(key, true);
    const record = waiting.get(key);
    waiting.delete(key);
    emit(buildRunning(context, entry, atUs, record), atUs);
  };

  return {
    introduce,

    seen(record) {
      const entry = table.exec(record);
      waiting.set(processKey(entry.tgid, entry.startUs), record);
      if (running === 'all') introduce(entry, record.ktimeUs);
    },

    fork(record) {
      const child = table.fork(record);
      const parent = table.find(record.parentTgid, record.parentStartBoottimeUs);
      introduce(parent, record.ktimeUs);
      emit(buildFork(context, { parent, child }, record), record.ktimeUs);
    },

    exec(record) {
      const entry = table.exec(record);
      introduced.set(processKey(entry.tgid, entry.startUs), true);
      emit(buildExec(context, entry, record), record.ktimeUs);
    },

    exit(record) {
      const entry = table.exit(record);
      introduce(entry, record.ktimeUs);
      emit(buildExit(context, entry, record), record.ktimeUs);
    },
  };
}
