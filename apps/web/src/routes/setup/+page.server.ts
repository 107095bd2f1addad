import { fail, redirect } from '@sveltejs/kit';
import { finishAuth } from '#lib/server/auth-result.ts';
import { readFields } from '#lib/server/form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url, setHeaders }) => {
  if (!locals.platform.auth.setupRequired()) redirect(303, '/login');
  // The token in the address must not travel to other sites in a Referer; the form's own Origin must stay.
  setHeaders({ 'referrer-policy': 'same-origin', 'cache-control': 'no-store' });
  return { token: url.searchParams.get('token') ?? '' };
};

export const actions: Actions = {
  default: async ({ locals, request, cookies }) => {
    const fields = readFields(await request.formData(), ['token', 'name', 'password', 'repeat']);
    if (fields.password !== fields.repeat) {
      return fail(400, { field: 'repeat', message: 'The two passwords differ.', name: fields.name });
    }
    const { token, name, password } = fields;
    return finishAuth(await locals.platform.auth.setup({ token, name, password }), cookies, {
      name,
      to: '/',
    });
  },
};
