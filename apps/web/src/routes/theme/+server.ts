import { redirect } from '@sveltejs/kit';
import { safeReturnPath } from '#lib/server/auth-result.ts';
import type { RequestHandler } from './$types';

const yearSeconds = 31_536_000;

export const POST: RequestHandler = async ({ request, cookies, url }) => {
  const form = await request.formData();
  const theme = form.get('theme');
  const from = form.get('from');
  cookies.set('theme', theme === 'light' || theme === 'dark' ? theme : 'system', {
    path: '/',
    maxAge: yearSeconds,
    sameSite: 'lax',
    httpOnly: true,
    secure: url.protocol === 'https:',
  });
  redirect(303, safeReturnPath(typeof from === 'string' ? from : null));
};
