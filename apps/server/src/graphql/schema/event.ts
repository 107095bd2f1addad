import type { StoredEvent } from '@eyrie/db';
import { builder } from '../builder.ts';
import { pageArgs, pageCost, readPage, toConnection } from '../connection.ts';
import { EventFilterInput, readEventFilter } from '../event-filter.ts';
import { formatTime } from '../time.ts';
import { Process } from './process.ts';

/** An event of a list has no payload yet; one read alone or taken from the bus has. */
export type EventNode = StoredEvent & { readonly payload?: string };

/** Stands for a payload that retention removed between the list and the question for it. */
const GONE = '{}';

export const Event = builder.objectRef<EventNode>('Event').implement({
  fields: (t) => ({
    completeness: t.exposeString('completeness'),
    conversationId: t.exposeString('conversationId', { nullable: true }),
    execId: t.exposeString('execId', { nullable: true }),
    id: t.exposeID('eventId'),
    latencyMs: t.exposeFloat('latencyMs', { nullable: true }),
    model: t.exposeString('model', { nullable: true }),
    payload: t.string({
      description:
        'The whole event in the Open Inference Standard Protocol envelope, redacted, as JSON text.',
      complexity: 2,
      resolve: async ({ eventId, payload }, _args, { loaders }) =>
        payload ?? (await loaders.payload.load(eventId)) ?? GONE,
    }),
    pid: t.exposeInt('pid', { nullable: true }),
    process: t.field({
      type: Process,
      nullable: true,
      resolve: ({ execId }, _args, { loaders }) => (execId === null ? null : loaders.process.load(execId)),
    }),
    processName: t.exposeString('processName', { nullable: true }),
    provider: t.exposeString('provider', { nullable: true }),
    redactionCount: t.exposeInt('redactionCount'),
    requestId: t.exposeString('requestId', { nullable: true }),
    statusCode: t.exposeInt('statusCode', { nullable: true, description: 'HTTP status of the answer.' }),
    success: t.exposeBoolean('success', {
      nullable: true,
      description: 'Of answers and tool results: false when the call failed.',
    }),
    summary: t.exposeString('summary'),
    time: t.string({ resolve: ({ timeUs }) => formatTime(timeUs) }),
    type: t.exposeString('eventType'),
  }),
});

export const EventConnection = builder.connectionObject({ type: Event, name: 'EventConnection' });

builder.queryFields((t) => ({
  event: t.field({
    type: Event,
    nullable: true,
    authScopes: { viewer: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { reader }) => reader.findEvent(id),
  }),
  events: t.field({
    type: EventConnection,
    description: 'Newest first.',
    authScopes: { viewer: true },
    args: { ...pageArgs, filter: t.arg({ type: EventFilterInput }) },
    complexity: pageCost,
    resolve: async (_root, args, { reader }) => {
      const page = readPage(args);
      return toConnection(await reader.findEvents(readEventFilter(args.filter), page), page);
    },
  }),
}));
