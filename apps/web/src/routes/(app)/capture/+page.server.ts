import { CapturePage } from '#lib/gen/documents.ts';
import { runOperation } from '#lib/server/graphql.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, depends }) => {
  depends('eyrie:frame');
  const { captureStatus } = await runOperation(locals.platform, CapturePage, {});
  const targets = captureStatus.targets.toSorted(
    (a, b) => Number(a.captured) - Number(b.captured) || b.processCount - a.processCount,
  );
  return { status: captureStatus, targets };
};
