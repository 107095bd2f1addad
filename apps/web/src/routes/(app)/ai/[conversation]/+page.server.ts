import { error } from '@sveltejs/kit';
import { buildDialogue } from '#lib/dialogue/build.ts';
import { readOrigin } from '#lib/dialogue/origin.ts';
import { prettyJson } from '#lib/format/text.ts';
import { ConversationPage, RedactionPlaceholders } from '#lib/gen/documents.ts';
import { runOperation } from '#lib/server/graphql.ts';
import type { PageServerLoad } from './$types';

const pageSize = 100;
/** Pages read for one view: an agent sends its whole history with every turn, so events are large. */
const mostPages = 4;

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends('eyrie:conversation');
  const rules = runOperation(locals.platform, RedactionPlaceholders, {});
  let after = url.searchParams.get('after');
  const events = [];
  let found;
  for (let page = 0; page < mostPages; page += 1) {
    const variables = { id: params.conversation, first: pageSize, after };
    const { conversation } = await runOperation(locals.platform, ConversationPage, variables);
    if (conversation === null) error(404, 'There is no such conversation, or it is older than what is kept.');
    found = conversation;
    events.push(...conversation.events.edges.map((edge) => edge.node));
    if (!conversation.events.pageInfo.hasNextPage) break;
    after = conversation.events.pageInfo.endCursor;
  }
  if (found === undefined) error(404, 'There is no such conversation.');
  const { events: last, ...conversation } = found;
  const exchange = events.filter((event) => event.type === 'ai.request' || event.type === 'ai.response');
  const raw = url.searchParams.get('tab') === 'raw';
  return {
    conversation,
    info: last.pageInfo,
    turns: buildDialogue(exchange),
    origin: readOrigin(exchange.map((event) => event.payload)),
    placeholders: (await rules).redactionRules,
    raw: raw ? exchange.map(({ payload, ...event }) => ({ ...event, json: prettyJson(payload) })) : null,
  };
};
