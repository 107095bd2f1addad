import { Worker } from 'node:worker_threads';
import type { EventInput } from '../event-input.ts';
import { openEventStore } from '../open-event-store.ts';
import { StoreError } from '../store-error.ts';
import type { FromWriter, ThreadStats, ToWriter, WriterThreadData } from './messages.ts';
import { encodeEvents } from './event-batch.ts';
import { createQueueGauge, sizeOf, type QueueGauge } from './queue-gauge.ts';
import type {
  CommitInfo,
  DropReason,
  EventWriter,
  RetentionCounts,
  RetentionLimits,
  WriterOptions,
  WriterState,
  WriterStats,
} from './types.ts';

/** How long `close` waits for the thread before it gives up what is queued. */
const CLOSE_DEADLINE_MS = 3000;

interface PendingCall {
  readonly events: number;
  readonly bytes: number;
  readonly dropped: Partial<Record<DropReason, number>>;
  readonly resolve: (info: CommitInfo) => void;
}

const nothingStored = { stored: 0, duplicates: 0, firstId: 0, lastId: 0, committedUs: 0, commitMs: 0 };

/** Which reason a full queue has, by what keeps it from emptying. */
const reasonOfState: Record<WriterState, DropReason | null> = {
  ok: null,
  full: 'disk_full',
  locked: 'locked',
  failed: 'write_failed',
  closed: 'closed',
};

/** The caller's end of the writer thread: bounds what is under way and turns messages into promises. */
class ThreadWriter implements EventWriter {
  readonly #worker: Worker;
  readonly #gauge: QueueGauge;
  readonly #onState: WriterOptions['onState'];
  readonly #calls = new Map<number, PendingCall>();
  readonly #sweeps = new Map<number, (counts: RetentionCounts) => void>();
  readonly #totals = {
    received: 0,
    stored: 0,
    duplicates: 0,
    commits: 0,
    retries: 0,
    lastCommitMs: 0,
    maxCommitMs: 0,
  };
  readonly #dropped: Record<DropReason, number> = {
    queue_events: 0,
    queue_bytes: 0,
    disk_full: 0,
    locked: 0,
    write_failed: 0,
    closed: 0,
    invalid: 0,
  };
  #thread: ThreadStats;
  #state: WriterState = 'ok';
  #problem: string | null = null;
  /** No message will be answered any more. */
  #ended = false;
  #nextCall = 1;
  #closing: Promise<WriterStats> | undefined;
  #onClosed: (() => void) | undefined;

  constructor(worker: Worker, stats: ThreadStats, options: WriterOptions) {
    this.#worker = worker;
    this.#thread = stats;
    this.#gauge = createQueueGauge(options);
    this.#onState = options.onState;
    worker.on('message', (message: FromWriter) => this.#receive(message));
    worker.on('error', (error) =>
      this.#end('failed', error instanceof Error ? error.message : 'the writer thread ended'),
    );
    worker.on('exit', () => this.#end(this.#state === 'failed' ? 'failed' : 'closed', this.#problem));
  }

  write(events: readonly EventInput[]): Promise<CommitInfo> {
    this.#totals.received += events.length;
    const dropped: Partial<Record<DropReason, number>> = {};
    const accepted = this.#accept(events, dropped);
    if (accepted.length === 0) return Promise.resolve({ ...nothingStored, dropped });
    const call = this.#nextCall++;
    const bytes = accepted.reduce((sum, event) => sum + sizeOf(event), 0);
    this.#gauge.add(accepted.length, bytes);
    this.#send({ kind: 'write', call, batch: encodeEvents(accepted) });
    return new Promise((resolve) => {
      this.#calls.set(call, { events: accepted.length, bytes, dropped, resolve });
    });
  }

  stats(): WriterStats {
    return {
      ...this.#totals,
      ...this.#thread,
      ...this.#gauge.queued(),
      state: this.#state,
      problem: this.#problem,
      dropped: { ...this.#dropped },
    };
  }

  setRetention(limits: RetentionLimits): void {
    if (this.#closing === undefined && !this.#ended) this.#send({ kind: 'retention', limits });
  }

  sweep(): Promise<RetentionCounts> {
    if (this.#closing !== undefined || this.#ended) return Promise.resolve(this.#thread.retention);
    const call = this.#nextCall++;
    this.#send({ kind: 'sweep', call });
    return new Promise((resolve) => this.#sweeps.set(call, resolve));
  }

  close(): Promise<WriterStats> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<WriterStats> {
    if (this.#ended) return this.stats();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#onClosed = () => resolve(undefined);
    const deadline = setTimeout(this.#onClosed, CLOSE_DEADLINE_MS);
    this.#send({ kind: 'close' });
    await promise;
    clearTimeout(deadline);
    this.#end('closed', this.#problem);
    // Not awaited: a thread inside SQLite can't be ended before SQLite returns.
    this.#worker.unref();
    return this.stats();
  }

  #send(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  /** The events there is room for; counts the others by reason. */
  #accept(
    events: readonly EventInput[],
    dropped: Partial<Record<DropReason, number>>,
  ): readonly EventInput[] {
    if (this.#closing !== undefined || this.#ended) {
      if (events.length > 0)
        this.#drop(dropped, this.#state === 'failed' ? 'write_failed' : 'closed', events.length);
      return [];
    }
    const { count, limit } = this.#gauge.room(events);
    if (count === events.length) return events;
    this.#drop(dropped, reasonOfState[this.#state] ?? limit, events.length - count);
    return events.slice(0, count);
  }

  #drop(dropped: Partial<Record<DropReason, number>>, reason: DropReason, count: number): void {
    dropped[reason] = count;
    this.#dropped[reason] += count;
  }

  #receive(message: FromWriter): void {
    switch (message.kind) {
      case 'committed':
        this.#committed(message);
        return;
      case 'state':
        this.#setState(message.state, message.problem);
        return;
      case 'retry':
        this.#totals.retries += 1;
        return;
      case 'swept':
        this.#thread = message.stats;
        this.#sweeps.get(message.call)?.(message.stats.retention);
        this.#sweeps.delete(message.call);
        return;
      case 'ready':
      case 'progress':
        this.#thread = message.stats;
        return;
      case 'closed':
        this.#thread = message.stats;
        this.#onClosed?.();
        return;
      case 'start_failed':
        this.#setState('failed', message.message);
    }
  }

  #committed(message: FromWriter & { readonly kind: 'committed' }): void {
    const { committedUs, commitMs } = message;
    this.#thread = message.stats;
    this.#totals.commits += 1;
    this.#totals.lastCommitMs = commitMs;
    this.#totals.maxCommitMs = Math.max(this.#totals.maxCommitMs, commitMs);
    for (const { call, invalid, ...result } of message.results) {
      const pending = this.#calls.get(call);
      if (pending === undefined) continue;
      this.#calls.delete(call);
      this.#gauge.remove(pending.events, pending.bytes);
      this.#totals.stored += result.stored;
      this.#totals.duplicates += result.duplicates;
      this.#dropped.invalid += invalid;
      const dropped = invalid > 0 ? { ...pending.dropped, invalid } : pending.dropped;
      pending.resolve({ ...result, dropped, committedUs, commitMs });
    }
  }

  #setState(state: WriterState, problem: string | null): void {
    this.#problem = problem;
    if (state === this.#state) return;
    this.#state = state;
    this.#onState?.(state, problem);
  }

  /** Nothing more will be written: counts what was under way as dropped and answers everyone who waits. */
  #end(state: 'closed' | 'failed', problem: string | null): void {
    if (this.#ended) return;
    this.#ended = true;
    const reason: DropReason = state === 'failed' ? 'write_failed' : 'closed';
    for (const pending of this.#calls.values()) {
      this.#dropped[reason] += pending.events;
      this.#gauge.remove(pending.events, pending.bytes);
      pending.resolve({ ...nothingStored, dropped: { ...pending.dropped, [reason]: pending.events } });
    }
    this.#calls.clear();
    for (const resolve of this.#sweeps.values()) resolve(this.#thread.retention);
    this.#sweeps.clear();
    this.#setState(state, problem);
    this.#onClosed?.();
  }
}

/**
 * Brings the database at `options.path` up to date and starts the thread that owns its only write connection.
 * Rejects with `StoreError` when it can't be opened. Call `close` before the process ends.
 */
export async function startWriter(options: WriterOptions): Promise<EventWriter> {
  await openEventStore(options);
  const workerData: WriterThreadData = {
    path: options.path,
    retention: options.retention ?? {},
    retentionIntervalMs: options.retentionIntervalMs ?? 60_000,
  };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData, name: 'eyrie-writer' });
  const { promise, resolve, reject } = Promise.withResolvers<ThreadStats>();
  worker.once('error', reject);
  worker.once('message', (message: FromWriter) => {
    if (message.kind === 'ready') resolve(message.stats);
    if (message.kind === 'start_failed') {
      reject(new StoreError(message.code, options.path, { message: message.message }));
    }
  });
  const stats = await promise;
  worker.off('error', reject);
  return new ThreadWriter(worker, stats, options);
}
