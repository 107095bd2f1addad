import { ProcessList } from '#lib/gen/documents.ts';
import { runOperation } from '#lib/server/graphql.ts';
import type { PageServerLoad } from './$types';

const pageSize = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  const name = (url.searchParams.get('name') ?? '').trim();
  const running = url.searchParams.get('running') === 'on';
  const { processes } = await runOperation(locals.platform, ProcessList, {
    name: name === '' ? null : name,
    running: running ? true : null,
    first: pageSize,
    after: url.searchParams.get('after'),
  });
  return { name, running, rows: processes.edges.map((edge) => edge.node), info: processes.pageInfo };
};
