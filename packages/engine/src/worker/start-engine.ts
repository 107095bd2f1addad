/** Starts the engine in a thread of its own and keeps it running. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CaptureScope } from '@eyrie/bpf';
import { unpackEvents } from '../event/open-event-batch.ts';
import type { RedactedEvent } from '../event/types.ts';
import type { RedactionConfig } from '../redact/config.ts';
import { createRedactor } from '../redact/redactor.ts';
import { describeFailure } from './failure.ts';
import type { EngineSettings, EngineState, EngineStats, FromWorker, ToWorker } from './types.ts';

export interface EngineOptions extends EngineSettings {
  /** Must not throw: what it throws is counted as `receiverErrors`. `ktimeUs[n]`: CLOCK_MONOTONIC of the last kernel record of `events[n]`, microseconds; of the recorded machine on replay. */
  onEvents(events: readonly RedactedEvent[], ktimeUs: readonly number[]): void;
  /** About every second. */
  onStats?(stats: EngineStats): void;
  onState?(state: EngineState): void;
}

export interface EngineHandle {
  /** Resolves when the next event is redacted by these rules; rejects with an `EngineRequestError`, then the old rules stay. */
  setRedaction(config: RedactionConfig): Promise<void>;
  setScope(scope: CaptureScope): Promise<void>;
  /** The latest, not older than about a second; undefined before the first. */
  stats(): EngineStats | undefined;
  state(): EngineState;
  /** Stops capture, hands over what was under way and ends the thread. Idempotent; never rejects. */
  close(): Promise<void>;
}

/** A request the engine refused; `code` is the cause's. */
export class EngineRequestError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'EngineRequestError';
    this.code = code;
  }
}

const firstBackOffMs = 1_000;
const maxBackOffMs = 60_000;
/** A thread that ran this long was well; the next failure starts with a short pause again. */
const settledMs = 60_000;
/** `close` must leave the server time to finish its own shutdown within five seconds. */
const closeMs = 3_000;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The options without the callbacks, which cannot cross to a thread. */
function settingsOf(options: EngineOptions): EngineSettings {
  const { source, scope, redaction, traceOutput, roles, aiHosts, sensor } = options;
  return {
    source,
    scope,
    redaction,
    ...(traceOutput === undefined ? {} : { traceOutput }),
    ...(roles === undefined ? {} : { roles }),
    ...(aiHosts === undefined ? {} : { aiHosts }),
    ...(sensor === undefined ? {} : { sensor }),
  };
}

class RunningEngine implements EngineHandle {
  readonly #options: EngineOptions;
  #settings: EngineSettings;
  #worker: Worker | undefined;
  #state: EngineState;
  #stats: EngineStats | undefined;
  #restarts = 0;
  #receiverErrors = 0;
  #backOffMs = firstBackOffMs;
  #startedAt = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #nextId = 1;
  readonly #waiters = new Map<number, Waiter>();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#settings = settingsOf(options);
    this.#state = {
      ready: false,
      code: 'ENGINE_STARTING',
      reasons: ['The engine is starting.'],
      families: [],
      targets: [],
      restarts: 0,
    };
    this.#start();
  }

  stats(): EngineStats | undefined {
    return this.#stats;
  }

  state(): EngineState {
    return this.#state;
  }

  async setRedaction(config: RedactionConfig): Promise<void> {
    // checked here as well: a thread that is down takes the rules when it starts
    createRedactor(config);
    await this.#request((id) => ({ kind: 'set_redaction', id, config }));
    this.#settings = { ...this.#settings, redaction: config };
  }

  async setScope(scope: CaptureScope): Promise<void> {
    await this.#request((id) => ({ kind: 'set_scope', id, scope }));
    this.#settings = { ...this.#settings, scope };
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  #start(): void {
    this.#startedAt = Date.now();
    const trace = this.#settings.traceOutput;
    // a trace never overwrites a file, so a thread that starts again writes the next one
    const traceOutput = trace === undefined || this.#restarts === 0 ? trace : `${trace}.${this.#restarts}`;
    const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), {
      name: 'eyrie-engine',
      workerData: { ...this.#settings, ...(traceOutput === undefined ? {} : { traceOutput }) },
      // flags of the owner (an inspector, a test runner's loader) are not for this thread
      execArgv: [],
    });
    this.#worker = worker;
    let failure = 'The engine stopped unexpectedly.';
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', (error) => {
      failure = `The engine failed: ${describeFailure(error)}`;
    });
    worker.on('exit', () => this.#exited(worker, failure));
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'events':
        try {
          this.#options.onEvents(unpackEvents(message.batch), message.ktimeUs);
        } catch {
          // thrown on from here it would end the whole process
          this.#receiverErrors += 1;
        }
        this.#post({ kind: 'ack', events: message.batch.count });
        break;
      case 'stats':
        this.#stats = { ...message.stats, restarts: this.#restarts, receiverErrors: this.#receiverErrors };
        this.#options.onStats?.(this.#stats);
        break;
      case 'state':
        this.#setState({ ...message.state, restarts: this.#restarts });
        break;
      case 'reply': {
        const waiter = this.#waiters.get(message.id);
        this.#waiters.delete(message.id);
        if (message.error === undefined) waiter?.resolve();
        else waiter?.reject(new EngineRequestError(message.error.code, message.error.message));
        break;
      }
    }
  }

  #setState(state: EngineState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  /** Without a thread there is nothing to tell: it will start with the new settings. */
  #request(message: (id: number) => ToWorker): Promise<void> {
    if (this.#worker === undefined) return Promise.resolve();
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject });
      this.#post(message(id));
    });
  }

  #exited(worker: Worker, failure: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const waiter of this.#waiters.values())
      waiter.reject(new EngineRequestError('ENGINE_WORKER_FAILED', failure));
    this.#waiters.clear();
    if (this.#closing !== undefined) return;
    // the code and reasons of a failure are the owner's to show; nothing of the engine's state is valid any more
    this.#setState({
      ready: false,
      code: 'ENGINE_WORKER_FAILED',
      reasons: [failure],
      families: [],
      targets: [],
      restarts: this.#restarts,
    });
    if (Date.now() - this.#startedAt >= settledMs) this.#backOffMs = firstBackOffMs;
    this.#restartTimer = setTimeout(() => {
      this.#restarts += 1;
      this.#start();
    }, this.#backOffMs);
    this.#backOffMs = Math.min(this.#backOffMs * 2, maxBackOffMs);
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#restartTimer);
    const worker = this.#worker;
    if (worker !== undefined) {
      const exited = once(worker, 'exit').catch(() => undefined);
      this.#post({ kind: 'close' });
      const timer = setTimeout(() => void worker.terminate(), closeMs);
      await exited;
      clearTimeout(timer);
    }
    const reasons = ['The engine was stopped.'];
    this.#setState({
      ...this.#state,
      ready: false,
      code: 'ENGINE_CLOSED',
      reasons,
      targets: [],
      families: [],
    });
  }
}

/**
 * Starts the engine. Throws `RedactionConfigError` when the rules cannot be used; everything else (no privileges, no such trace)
 * is told by `onState`, and the handle stays usable.
 */
export function startEngine(options: EngineOptions): EngineHandle {
  createRedactor(options.redaction);
  return new RunningEngine(options);
}
