import { error } from '@sveltejs/kit';
import { AuditLog } from '#lib/gen/documents.ts';
import { runOperation } from '#lib/server/graphql.ts';
import type { PageServerLoad } from './$types';

const pageSize = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  if (locals.platform.viewer?.role !== 'admin') error(403, 'Only administrators may read the audit log.');
  const { audit } = await runOperation(locals.platform, AuditLog, {
    first: pageSize,
    after: url.searchParams.get('after'),
  });
  return { rows: audit.edges.map((edge) => edge.node), info: audit.pageInfo };
};
