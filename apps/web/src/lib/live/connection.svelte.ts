import { createClient } from 'graphql-sse';
import { AiEventBatches, type AiEventBatchesResult, type EventFilter } from '../gen/documents.ts';

type Batch = AiEventBatchesResult['eventBatches'];
type ConnectionState = 'connecting' | 'live' | 'stale';

const firstRetryMs = 500;
const longestRetryMs = 15_000;

/**
 * The live events that match a filter, over server-sent events. Reconnects by itself, with longer and longer waits,
 * and tells since when the page is stale.
 */
export class LiveConnection {
  state = $state<ConnectionState>('connecting');
  /** When the connection was lost, as RFC 3339; null while it holds. */
  staleSince = $state<string | null>(null);
  #stop: () => void = () => undefined;
  #closed = false;

  /**
   * `onBatch` gets each batch. Every connection asks for what was stored after the last event that came, or after
   * `afterId`, so that nothing is missed or doubled; `onConnect` runs at each connection for who has no such event.
   */
  open(options: {
    readonly filter: EventFilter;
    readonly afterId?: string | undefined;
    readonly onBatch: (batch: Batch) => void;
    readonly onConnect?: () => void;
  }): void {
    const client = createClient({ url: '/graphql', retryAttempts: 0 });
    let waitMs = firstRetryMs;
    let afterId = options.afterId ?? null;
    const connect = (): void => {
      if (this.#closed) return;
      const lost = (): void => {
        if (this.#closed) return;
        this.state = 'stale';
        // eslint-disable-next-line svelte/prefer-svelte-reactivity -- a local value that nothing reads reactively
        this.staleSince ??= new Date().toISOString();
        const timer = setTimeout(connect, waitMs);
        waitMs = Math.min(waitMs * 2, longestRetryMs);
        this.#stop = () => clearTimeout(timer);
      };
      this.#stop = client.subscribe<AiEventBatchesResult>(
        {
          query: AiEventBatches.text,
          operationName: AiEventBatches.name,
          variables: { filter: options.filter, afterId },
        },
        {
          next: (reply) => {
            if (reply.data == null) {
              // Refused, most likely because the event is no longer stored: go on from now.
              afterId = null;
              return;
            }
            waitMs = firstRetryMs;
            const batch = reply.data.eventBatches;
            afterId = batch.events.at(-1)?.id ?? afterId;
            options.onBatch(batch);
          },
          error: lost,
          complete: lost,
        },
        {
          connected: () => {
            this.state = 'live';
            this.staleSince = null;
            options.onConnect?.();
          },
        },
      );
    };
    connect();
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }
}
