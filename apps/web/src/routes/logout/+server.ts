import { redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, cookies }) => {
  const result = await locals.platform.auth.logout();
  for (const cookie of result.ok ? result.cookies : []) {
    const { path, ...attributes } = cookie.attributes;
    cookies.set(cookie.name, cookie.value, { ...attributes, path: path ?? '/' });
  }
  redirect(303, '/login');
};
