import { error } from '@sveltejs/kit';
import { prettyJson } from '#lib/format/text.ts';
import { EventPage } from '#lib/gen/documents.ts';
import { runOperation } from '#lib/server/graphql.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { event } = await runOperation(locals.platform, EventPage, { id: params.id });
  if (event === null) error(404, 'There is no such event, or it is older than what is kept.');
  const { payload, ...rest } = event;
  return { event: rest, json: prettyJson(payload) };
};
