import type Database from 'better-sqlite3';
import type { EventInput } from '../event-input.ts';
import { toStoreError, type StoreErrorCode } from '../store-error.ts';
import { createBatchCommitter } from './commit-batch.ts';
import { createCommandIndexer } from './index-commands.ts';
import type { CallResult, FromWriter, ThreadStats } from './messages.ts';
import { createRetention } from './retention.ts';
import type { RetentionLimits, WriterState } from './types.ts';

/** A transaction is closed at this many events or this age, whichever comes first. */
const MAX_ROWS = 10_000;
const MAX_AGE_MS = 50;

/** Back-off while the database can't be written. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;

/** Pause between steps of indexing and retention: they get at most about half of an idle thread. */
const BACKGROUND_PAUSE_MS = 10;

interface QueuedCall {
  readonly call: number;
  readonly events: readonly EventInput[];
}

const stateOfCode: Partial<Record<StoreErrorCode, WriterState>> = {
  STORE_FULL: 'full',
  STORE_LOCKED: 'locked',
};

export interface WriterLoop {
  write(call: number, events: readonly EventInput[]): void;
  setRetention(limits: RetentionLimits): void;
  sweep(call: number): void;
  stats(): ThreadStats;
  /** Commits what is queued, moves the log into the database and closes the connection. */
  close(): void;
}

export interface WriterLoopOptions {
  readonly connection: Database.Database;
  readonly path: string;
  readonly retention: RetentionLimits;
  readonly retentionIntervalMs: number;
  readonly report: (message: FromWriter) => void;
}

/** The work of the writer thread: coalesce, commit, retry; index and sweep in between. Never throws. */
export function createWriterLoop(options: WriterLoopOptions): WriterLoop {
  const { connection, path, report } = options;
  const committer = createBatchCommitter(connection);
  const indexer = createCommandIndexer(connection);
  const retention = createRetention(connection, () => committer.forgetProcesses());
  let queued: QueuedCall[] = [];
  let queuedRows = 0;
  let state: WriterState = 'ok';
  let retryMs = FIRST_RETRY_MS;
  let commitTimer: NodeJS.Timeout | undefined;
  let backgroundTimer: NodeJS.Timeout | undefined;
  let limits = options.retention;
  let sweeping: Generator<undefined, void> | undefined;
  let sweepCalls: number[] = [];

  const stats = (): ThreadStats => ({
    lastId: committer.lastId(),
    searchBehind: indexer.behind(committer.lastId()),
    refusedProcesses: committer.refusedProcesses(),
    retention: retention.counts(),
  });

  const setState = (next: WriterState, problem: string | null): void => {
    if (next !== state) report({ kind: 'state', state: next, problem });
    state = next;
  };

  const fail = (error: unknown): void => {
    const problem = toStoreError(error, path);
    setState(stateOfCode[problem.code] ?? 'failed', problem.message);
    report({ kind: 'retry' });
  };

  /** Commits calls up to the row limit; false when it failed and they stay queued. */
  const commitSome = (): boolean => {
    let rows = 0;
    let count = 0;
    for (const { events } of queued) {
      if (count > 0 && rows + events.length > MAX_ROWS) break;
      rows += events.length;
      count += 1;
    }
    const calls = queued.slice(0, count);
    const started = performance.now();
    try {
      const batches = committer.commit(calls.map(({ events }) => events));
      const results = batches.flatMap((batch, index): CallResult[] => {
        const queuedCall = calls[index];
        return queuedCall === undefined ? [] : [{ ...batch, call: queuedCall.call }];
      });
      queued = queued.slice(count);
      queuedRows -= rows;
      const commitMs = performance.now() - started;
      setState('ok', null);
      retryMs = FIRST_RETRY_MS;
      report({ kind: 'committed', results, committedUs: Date.now() * 1000, commitMs, stats: stats() });
      return true;
    } catch (error) {
      fail(error);
      return false;
    }
  };

  const backOff = (): number => {
    const delayMs = retryMs;
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    return delayMs;
  };

  const arm = (delayMs: number): void => {
    commitTimer ??= setTimeout(() => {
      commitTimer = undefined;
      commitAll();
    }, delayMs);
  };

  /** Commits nothing, to find out whether a database that failed can be written again. */
  const probe = (): boolean => {
    try {
      committer.commit([]);
      setState('ok', null);
      retryMs = FIRST_RETRY_MS;
      return true;
    } catch (error) {
      fail(error);
      return false;
    }
  };

  const commitAll = (): void => {
    if (queued.length === 0 && state !== 'ok' && !probe()) {
      arm(backOff());
      return;
    }
    while (queued.length > 0) {
      if (!commitSome()) {
        arm(backOff());
        return;
      }
    }
    wake();
  };

  const endSweep = (): void => {
    sweeping = undefined;
    for (const call of sweepCalls) report({ kind: 'swept', call, stats: stats() });
    sweepCalls = [];
  };

  /** One short transaction of sweeping, else of indexing; false when there is nothing to do. */
  const backgroundStep = (): boolean => {
    if (sweeping !== undefined) {
      if (sweeping.next().done === true) endSweep();
      return true;
    }
    return indexer.step(committer.lastId());
  };

  const wake = (): void => {
    backgroundTimer ??= setTimeout(() => {
      backgroundTimer = undefined;
      // A full queue comes first; the commit that empties it wakes this again.
      if (queuedRows >= MAX_ROWS / 2 || state !== 'ok') {
        if (state !== 'ok') endSweep();
        return;
      }
      try {
        if (backgroundStep()) wake();
        else report({ kind: 'progress', stats: stats() });
      } catch (error) {
        endSweep();
        fail(error);
        arm(backOff());
      }
    }, BACKGROUND_PAUSE_MS);
  };

  const startSweep = (): void => {
    sweeping ??= retention.sweep(limits, Date.now() * 1000);
    wake();
  };
  const sweepTimer = setInterval(startSweep, options.retentionIntervalMs);
  wake();

  return {
    write(call, events) {
      queued.push({ call, events });
      queuedRows += events.length;
      if (queuedRows >= MAX_ROWS && state === 'ok') commitAll();
      else arm(MAX_AGE_MS);
    },
    setRetention(next) {
      limits = next;
    },
    sweep(call) {
      sweepCalls.push(call);
      startSweep();
    },
    stats,
    close() {
      clearTimeout(commitTimer);
      clearTimeout(backgroundTimer);
      clearInterval(sweepTimer);
      while (queued.length > 0 && commitSome());
      endSweep();
      try {
        connection.pragma('wal_checkpoint(truncate)');
      } catch (error) {
        // The log stays and is read again at the next start; nothing committed is lost.
        fail(error);
      }
      connection.close();
    },
  };
}
