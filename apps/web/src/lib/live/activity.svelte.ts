import { AiConversations, type AiEventBatchesResult, type EventFilter } from '../gen/documents.ts';
import { fetchOperation } from '../graphql/browser.ts';
import type { ConversationRow, EventRow } from '../graphql/rows.ts';
import { LiveConnection } from './connection.svelte.ts';
import { LiveList } from './live-list.svelte.ts';

type Batch = AiEventBatchesResult['eventBatches'];

const refetchMs = 1000;
const pageSize = 50;
const schedule = (flush: () => void): void => void requestAnimationFrame(flush);

/** A live list with its connection; `close` ends the connection. */
export interface LiveActivity<Item extends { readonly id: string }> {
  readonly list: LiveList<Item>;
  readonly connection: LiveConnection;
  open(): void;
  close(): void;
}

/** Live events that match a filter. */
export function createEventActivity(
  initial: readonly EventRow[],
  filter: EventFilter,
): LiveActivity<EventRow> {
  const list = new LiveList<EventRow>({ initial, schedule });
  const connection = new LiveConnection();
  return {
    list,
    connection,
    open: () =>
      connection.open({
        filter: unbounded(filter),
        onBatch: (batch) => list.push(batch.events, batch.dropped),
        afterId: initial[0]?.id,
      }),
    close: () => connection.close(),
  };
}

/** Conversations that match a filter: events say that something changed, the rows are fetched at most once a second. */
export function createConversationActivity(
  initial: readonly ConversationRow[],
  filter: EventFilter,
): LiveActivity<ConversationRow> {
  const list = new LiveList<ConversationRow>({ initial, schedule });
  const connection = new LiveConnection();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refetch = async (): Promise<void> => {
    const { conversations } = await fetchOperation(AiConversations, { filter, first: pageSize });
    list.push(conversations.edges.map((edge) => edge.node).reverse());
  };
  const refetchSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      refetch().catch(() => undefined);
    }, refetchMs);
  };
  return {
    list,
    connection,
    open: () =>
      connection.open({
        filter: unbounded(filter),
        onBatch: (batch: Batch) => {
          if (batch.dropped > 0) list.push([], batch.dropped);
          if (batch.events.some((event) => event.conversationId !== null)) refetchSoon();
        },
        onConnect: refetchSoon,
      }),
    close: () => {
      clearTimeout(timer);
      connection.close();
    },
  };
}

/** What is to come is not bounded by a time in the past. */
function unbounded(filter: EventFilter): EventFilter {
  return { ...filter, since: null, until: null };
}
