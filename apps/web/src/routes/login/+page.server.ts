import { redirect } from '@sveltejs/kit';
import { finishAuth, safeReturnPath } from '#lib/server/auth-result.ts';
import { readFields } from '#lib/server/form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
  if (locals.platform.viewer !== null) redirect(303, '/');
  if (locals.platform.auth.setupRequired()) redirect(303, '/setup');
  return {};
};

export const actions: Actions = {
  default: async ({ locals, request, cookies, url }) => {
    const { name, password } = readFields(await request.formData(), ['name', 'password']);
    const result = await locals.platform.auth.login({ name, password });
    return finishAuth(result, cookies, { name, to: safeReturnPath(url.searchParams.get('from')) });
  },
};
