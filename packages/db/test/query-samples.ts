import type { Compilable } from 'kysely';
import { createQueryCompiler } from '../src/query-compiler.ts';
import {
  selectCountsByType,
  selectFacets,
  selectLastEventId,
  selectRowCounts,
} from '../src/reader/count-store.ts';
import { selectConversation, selectConversations } from '../src/reader/find-conversations.ts';
import {
  selectEvent,
  selectEvents,
  selectEventsAfterId,
  selectEventsByConversation,
  selectPayloads,
} from '../src/reader/find-events.ts';
import {
  selectProcess,
  selectProcessAncestors,
  selectProcesses,
  selectProcessesByExecIds,
} from '../src/reader/find-processes.ts';
import { toReadonly } from '../src/reader/readonly-database.ts';

const db = toReadonly(createQueryCompiler());
const after = { after: '5.5' };
const range = { sinceUs: 1, untilUs: 9 };

/** Every read query in the shapes that matter, by the name of its file in `queries/`. */
export const querySamples: Readonly<Record<string, Compilable>> = {
  events: selectEvents(db, {}),
  'events-after': selectEvents(db, range, after),
  'events-ai-types': selectEvents(db, { types: ['ai.request', 'ai.response'] }, after),
  'events-types-mixed': selectEvents(db, { types: ['ai.request', 'process.exec'] }, after),
  'events-by-provider-and-model': selectEvents(db, { providers: ['openai'], models: ['gpt-5'] }, after),
  'events-by-process-name': selectEvents(db, { processName: 'sh', types: ['ai.request'] }, after),
  'events-by-exec-id': selectEvents(db, { execId: 'boot/1/1' }, after),
  'events-by-pid': selectEvents(db, { pid: 1 }, after),
  'events-by-conversation-filter': selectEvents(db, { conversationId: 'c' }, after),
  'events-by-connection': selectEvents(db, { connectionId: 'c' }, after),
  'events-by-text': selectEvents(db, { text: 'secret file' }, after),
  event: selectEvent(db, 'id'),
  payloads: selectPayloads(db, ['a', 'b']),
  'events-by-conversation': selectEventsByConversation(db, 'c', after),
  'events-after-id': selectEventsAfterId(db, 1, 100),
  'last-event-id': selectLastEventId(db),
  conversations: selectConversations(db, {}, after),
  'conversations-filtered': selectConversations(
    db,
    { ...range, providers: ['openai'], models: ['gpt-5'], processName: 'node', pid: 1 },
    after,
  ),
  'conversations-by-exec-id': selectConversations(db, { execId: 'boot/1/1' }, after),
  'conversations-by-connection': selectConversations(db, { connectionId: 'c' }, after),
  'conversations-by-text': selectConversations(db, { text: 'secret file' }, after),
  conversation: selectConversation(db, 'c'),
  process: selectProcess(db, 'boot/1/1'),
  'processes-by-exec-ids': selectProcessesByExecIds(db, ['a', 'b']),
  'process-ancestors': selectProcessAncestors(db, 'boot/1/1'),
  processes: selectProcesses(db, {}, after),
  'processes-by-parent': selectProcesses(db, { parentExecId: 'boot/1/1' }, after),
  'processes-filtered': selectProcesses(db, { name: 'sh', running: true }, after),
  facets: selectFacets(db, range),
  'counts-by-type': selectCountsByType(db, range),
  'row-counts': selectRowCounts(db),
};
