import { redirect } from '@sveltejs/kit';
import { filterFromFields } from '#lib/filter/from-fields.ts';
import { parseFilter } from '#lib/filter/parse.ts';
import { toEventFilter } from '#lib/filter/to-event-filter.ts';
import { AiConversations, AiEvents, AiFacets } from '#lib/gen/documents.ts';
import { activityLink } from '#lib/links.ts';
import { runOperation } from '#lib/server/graphql.ts';
import type { PageServerLoad } from './$types';

const pageSize = 50;
const facetDays = 7;

/** Kinds of event the activity page is about, unless the filter asks for others. */
const aiTypes = ['ai.request', 'ai.response', 'agent.tool_call', 'agent.tool_result'];

export const load: PageServerLoad = async ({ locals, url }) => {
  const query = url.searchParams;
  const view = query.get('view') === 'events' ? 'events' : 'conversations';
  const fromFields = filterFromFields(query);
  if (fromFields !== null) redirect(303, activityLink(fromFields, view));

  const text = query.get('q') ?? '';
  const filter = parseFilter(text);
  const now = new Date();
  const wanted = toEventFilter(filter, now);
  const eventFilter = view === 'events' ? { ...wanted, types: wanted.types ?? aiTypes } : wanted;
  const after = query.get('after');
  const variables = { filter: eventFilter, first: pageSize, after };
  const since = new Date(now.getTime() - facetDays * 86_400_000).toISOString();
  const facets = runOperation(locals.platform, AiFacets, { since });
  const live = after === null && wanted.until == null;
  const shared = { text, problems: filter.problems, eventFilter, live, facets: (await facets).facets };
  if (view === 'events') {
    const { events } = await runOperation(locals.platform, AiEvents, variables);
    return { ...shared, view, rows: events.edges.map((edge) => edge.node), info: events.pageInfo } as const;
  }
  const { conversations } = await runOperation(locals.platform, AiConversations, variables);
  return {
    ...shared,
    view,
    rows: conversations.edges.map((edge) => edge.node),
    info: conversations.pageInfo,
  } as const;
};
