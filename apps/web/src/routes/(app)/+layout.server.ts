import { error } from '@sveltejs/kit';
import { Frame } from '#lib/gen/documents.ts';
import { runOperation } from '#lib/server/graphql.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, depends }) => {
  depends('eyrie:frame');
  const { viewer } = locals.platform;
  if (viewer === null) error(401, 'Sign in first.');
  const { captureStatus } = await runOperation(locals.platform, Frame, {});
  return { viewer, theme: locals.theme, capture: captureStatus };
};
