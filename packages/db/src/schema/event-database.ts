import type { ConversationTable } from './conversations.ts';
import type { EventPayloadTable } from './event-payloads.ts';
import type { EventSearchTable } from './event-search.ts';
import type { EventTable } from './events.ts';
import type { ProcessTable } from './processes.ts';
import type { StoreStateTable } from './store-state.ts';

/** events.db. */
export interface EventDatabase {
  events: EventTable;
  event_payloads: EventPayloadTable;
  event_search: EventSearchTable;
  conversations: ConversationTable;
  processes: ProcessTable;
  store_state: StoreStateTable;
}
