import { error } from '@sveltejs/kit';
import { ProcessPage } from '#lib/gen/documents.ts';
import { runOperation } from '#lib/server/graphql.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { process, events } = await runOperation(locals.platform, ProcessPage, {
    execId: params.execId,
    filter: { execId: params.execId },
    after: url.searchParams.get('after'),
  });
  if (process === null) error(404, 'There is no such process, or it is older than what is kept.');
  return { process, events: events.edges.map((edge) => edge.node), info: events.pageInfo };
};
