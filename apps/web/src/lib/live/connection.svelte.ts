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

  /** `onBatch` gets each batch; `onResume` runs after a reconnection, before the first batch. */
  open(options: {
    readonly filter: EventFilter;
    readonly onBatch: (batch: Batch) => void;
    readonly onResume: () => void;
  }): void {
    const client = createClient({ url: '/graphql', retryAttempts: 0 });
    let waitMs = firstRetryMs;
    const connect = (): void => {
      if (this.#closed) return;
      const lost = (): void => {
        if (this.#closed) return;
        this.state = 'stale';
        this.staleSince ??= new Date().toISOString();
        const timer = setTimeout(connect, waitMs);
        waitMs = Math.min(waitMs * 2, longestRetryMs);
        this.#stop = () => clearTimeout(timer);
      };
      this.#stop = client.subscribe<AiEventBatchesResult>(
        {
          query: AiEventBatches.text,
          operationName: AiEventBatches.name,
          variables: { filter: options.filter },
        },
        {
          next: (reply) => {
            if (reply.data != null) options.onBatch(reply.data.eventBatches);
          },
          error: lost,
          complete: lost,
        },
        {
          connected: () => {
            const resumed = this.staleSince !== null;
            this.state = 'live';
            this.staleSince = null;
            waitMs = firstRetryMs;
            if (resumed) options.onResume();
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
