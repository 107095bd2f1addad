import { Worker } from 'node:worker_threads';
import type { RedactionConfig } from '@eyrie/engine/redact';

export interface PreviewFinding {
  readonly rule: string;
  readonly count: number;
}

export interface PreviewRequest {
  readonly text: string;
  readonly config: RedactionConfig;
}

export type PreviewResult =
  | { readonly kind: 'previewed'; readonly text: string; readonly findings: readonly PreviewFinding[] }
  /** The rules took longer than the time limit on this text. */
  | { readonly kind: 'timeout'; readonly afterMs: number }
  /** Too many previews are waiting already. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly message: string };

export interface PreviewerOptions {
  /** Time one preview may take, milliseconds. Default 2 000. */
  readonly timeoutMs?: number;
  /** Previews that may wait behind the running one. Default 8. */
  readonly maxWaiting?: number;
}

export interface Previewer {
  /** Redacts `text` as the engine would under `config`. Never throws. */
  preview(request: PreviewRequest): Promise<PreviewResult>;
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 2_000;
const DEFAULT_MAX_WAITING = 8;
/** A preview of the largest text needs a few megabytes. */
const MEMORY_MB = 128;
/** Starting the thread loads the redactor: not the text's fault, so not in its time. */
const START_MS = 10_000;

interface Job {
  readonly request: PreviewRequest;
  finish(result: PreviewResult): void;
}

function isPreviewResult(value: unknown): value is PreviewResult {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/**
 * Previews run one at a time in a thread of their own: RE2 expressions are linear, but a large counted repetition over a large
 * text still takes seconds, and the request thread must not. A preview that takes too long ends with its thread.
 */
export function createPreviewer(options: PreviewerOptions = {}): Previewer {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxWaiting = options.maxWaiting ?? DEFAULT_MAX_WAITING;
  const waiting: Job[] = [];
  let worker: Worker | undefined;
  let ready = false;
  let running: Job | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function settle(result: PreviewResult): void {
    clearTimeout(timer);
    const job = running;
    running = undefined;
    job?.finish(result);
    startNext();
  }

  function discardWorker(result: PreviewResult): void {
    const old = worker;
    worker = undefined;
    ready = false;
    old?.removeAllListeners();
    void old?.terminate();
    settle(result);
  }

  function startWorker(): Worker {
    const started = new Worker(new URL('./preview-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    started.unref();
    started.on('message', (message: unknown) => {
      if (message === 'ready') {
        ready = true;
        if (running !== undefined) send(running);
      } else if (isPreviewResult(message)) settle(message);
    });
    started.on('error', (failure: unknown) => {
      const message = failure instanceof Error ? failure.message : String(failure);
      discardWorker({ kind: 'failed', message });
    });
    return started;
  }

  function send(job: Job): void {
    clearTimeout(timer);
    timer = setTimeout(() => discardWorker({ kind: 'timeout', afterMs: timeoutMs }), timeoutMs);
    worker?.postMessage(job.request);
  }

  function startNext(): void {
    if (running !== undefined || closed) return;
    running = waiting.shift();
    if (running === undefined) return;
    worker ??= startWorker();
    if (ready) send(running);
    else timer = setTimeout(() => discardWorker({ kind: 'timeout', afterMs: START_MS }), START_MS);
  }

  return {
    preview(request) {
      if (closed || waiting.length >= maxWaiting) return Promise.resolve({ kind: 'busy' });
      return new Promise((finish) => {
        waiting.push({ request, finish });
        startNext();
      });
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      for (const job of waiting.splice(0)) job.finish({ kind: 'busy' });
      running?.finish({ kind: 'busy' });
      running = undefined;
      await worker?.terminate();
    },
  };
}
