import type { EventReader } from '@eyrie/db';
import { GraphQLError } from 'graphql';
import { builder } from '../builder.ts';
import { hasRole } from '../context.ts';
import type { GraphqlContext } from '../context.ts';
import { badInput } from '../errors.ts';
import { EventFilterInput, readEventFilter } from '../event-filter.ts';
import { LiveStream } from '../live-stream.ts';
import type { LiveBatch } from '../live-stream.ts';
import { clearLoaders } from '../loaders.ts';
import { Event } from './event.ts';

const DEFAULTS = {
  batchMs: 75,
  batchEvents: 200,
  revalidateMs: 5_000,
  maxSubscriptions: 200,
  maxSubscriptionsPerViewer: 50,
};

/** Events a client may have missed and still resume; further back, reading the list again is less work for both. */
const MAX_RESUME = 50_000;

/** Cost of a batch, as if it had this many events. */
const ASSUMED_EVENTS = 20;

const EventBatch = builder.objectRef<LiveBatch>('EventBatch').implement({
  fields: (t) => ({
    dropped: t.exposeInt('dropped', {
      description: 'Events dropped for this client since the last batch because it was too slow.',
    }),
    events: t.field({
      type: [Event],
      complexity: { field: 1, multiplier: ASSUMED_EVENTS },
      resolve: ({ events }) => [...events],
    }),
  }),
});

/** The store id of the event the client saw last. Throws `BAD_USER_INPUT` when the stream can't go on from there. */
async function findPosition(reader: EventReader, afterId: string): Promise<number> {
  const event = await reader.findEvent(afterId);
  if (event === null) {
    throw badInput(
      'afterId',
      'no such event is stored any more; read the list and subscribe without afterId',
    );
  }
  if ((await reader.findLastEventId()) - event.id > MAX_RESUME) {
    throw badInput('afterId', `more than ${MAX_RESUME} events were stored since; read the list instead`);
  }
  return event.id;
}

/** Where the limit of open streams is reached; null while it is not. */
function findLimit({ bus, live, subscriptions, viewer }: GraphqlContext): string | null {
  const { maxSubscriptions, maxSubscriptionsPerViewer } = { ...DEFAULTS, ...live };
  if ((subscriptions.get(viewer?.name ?? '') ?? 0) >= maxSubscriptionsPerViewer) return 'by this account';
  return bus.stats().subscribers >= maxSubscriptions ? 'on this server' : null;
}

/** Counts one stream of the viewer until the returned function is called; null at the limit. */
function admit(context: GraphqlContext): (() => void) | null {
  if (findLimit(context) !== null) return null;
  const { subscriptions, viewer } = context;
  const name = viewer?.name ?? '';
  subscriptions.set(name, (subscriptions.get(name) ?? 0) + 1);
  return () => {
    const left = (subscriptions.get(name) ?? 1) - 1;
    if (left === 0) subscriptions.delete(name);
    else subscriptions.set(name, left);
  };
}

function openStream(
  context: GraphqlContext,
  args: { filter: ReturnType<typeof readEventFilter>; afterId?: number },
) {
  const options = { ...DEFAULTS, ...context.live };
  const limit = findLimit(context);
  if (limit !== null) {
    throw new GraphQLError(`Too many live views are open ${limit}. Close one and try again.`, {
      extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' },
    });
  }
  const { viewer, revalidate } = context;
  const stream = new LiveStream({
    ...options,
    ...args,
    bus: context.bus,
    reader: context.reader,
    admit: () => admit(context),
    stillAllowed: async () => hasRole(revalidate === undefined ? viewer : await revalidate(), 'viewer'),
  });
  context.signal.addEventListener('abort', () => stream.close(), { once: true });
  return stream;
}

builder.subscriptionFields((t) => ({
  eventBatches: t.field({
    type: EventBatch,
    description: 'Events as they are stored, in commit order. Ends when the session ends.',
    authScopes: { viewer: true },
    args: {
      afterId: t.arg.id({
        description:
          'Id of the last event this client received: what was stored since comes first, without gap or double.',
      }),
      filter: t.arg({ type: EventFilterInput }),
    },
    subscribe: async (_root, args, context) => {
      const filter = readEventFilter(args.filter);
      const { afterId } = args;
      if (afterId === null || afterId === undefined) return openStream(context, { filter });
      return openStream(context, { filter, afterId: await findPosition(context.reader, afterId) });
    },
    resolve: (batch, _args, { loaders }) => {
      clearLoaders(loaders);
      return batch;
    },
  }),
}));
