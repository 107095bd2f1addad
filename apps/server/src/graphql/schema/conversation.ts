import type { StoredConversation } from '@eyrie/db';
import { builder } from '../builder.ts';
import { pageArgs, pageCost, readPage, toConnection } from '../connection.ts';
import { EventFilterInput, readEventFilter } from '../event-filter.ts';
import { formatTime } from '../time.ts';
import { EventConnection } from './event.ts';
import { Process } from './process.ts';

const UNKNOWN = 'unknown';

const Conversation = builder.objectRef<StoredConversation>('Conversation').implement({
  fields: (t) => ({
    api: t.string({ resolve: ({ api }) => api ?? UNKNOWN }),
    cachedTokens: t.exposeInt('cachedTokens'),
    completeness: t.exposeString('completeness', { description: 'The worst of its events.' }),
    completionTokens: t.exposeInt('completionTokens'),
    endTime: t.string({ resolve: ({ lastUs }) => formatTime(lastUs) }),
    errorCount: t.exposeInt('errorCount'),
    events: t.field({
      type: EventConnection,
      description: 'Oldest first.',
      args: pageArgs,
      complexity: pageCost,
      resolve: async ({ id }, args, { reader }) => {
        const page = readPage(args);
        return toConnection(await reader.findEventsByConversation(id, page), page);
      },
    }),
    id: t.exposeID('id'),
    model: t.exposeString('model', { nullable: true }),
    pid: t.int({ description: '0 when not known.', resolve: ({ pid }) => pid ?? 0 }),
    process: t.field({
      type: Process,
      nullable: true,
      resolve: ({ execId }, _args, { loaders }) => (execId === null ? null : loaders.process.load(execId)),
    }),
    promptTokens: t.exposeInt('promptTokens'),
    provider: t.string({ resolve: ({ provider }) => provider ?? UNKNOWN }),
    reasoningTokens: t.exposeInt('reasoningTokens'),
    redactionCount: t.exposeInt('redactionCount'),
    startTime: t.string({ resolve: ({ firstUs }) => formatTime(firstUs) }),
    title: t.exposeString('title'),
    toolCallCount: t.exposeInt('toolCallCount'),
    turnCount: t.exposeInt('turnCount'),
  }),
});

const ConversationConnection = builder.connectionObject({
  type: Conversation,
  name: 'ConversationConnection',
});

builder.queryFields((t) => ({
  conversation: t.field({
    type: Conversation,
    nullable: true,
    authScopes: { viewer: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { reader }) => reader.findConversation(id),
  }),
  conversations: t.field({
    type: ConversationConnection,
    description: 'Newest activity first; a time range selects conversations active in it.',
    authScopes: { viewer: true },
    args: { ...pageArgs, filter: t.arg({ type: EventFilterInput }) },
    complexity: pageCost,
    resolve: async (_root, args, { reader }) => {
      const page = readPage(args);
      return toConnection(await reader.findConversations(readEventFilter(args.filter), page), page);
    },
  }),
}));
