import { fail, redirect, type ActionFailure, type Cookies } from '@sveltejs/kit';
import type { AuthResult } from './platform.ts';

/** What a sign-in form shows when it was refused. */
export interface AuthFormFailure extends Record<string, unknown> {
  readonly field: string | null;
  readonly message: string;
  readonly name: string;
}

/** Sets the cookies and redirects on success; returns the refusal for the form otherwise. */
export function finishAuth(
  result: AuthResult,
  cookies: Cookies,
  options: { readonly name: string; readonly to: string },
): ActionFailure<AuthFormFailure> {
  if (result.ok) {
    for (const cookie of result.cookies) {
      const { path, ...attributes } = cookie.attributes;
      cookies.set(cookie.name, cookie.value, { ...attributes, path: path ?? '/' });
    }
    redirect(303, options.to);
  }
  const { field = null, message, retryAfterSeconds } = result;
  return fail(retryAfterSeconds === undefined ? 400 : 429, { field, message, name: options.name });
}

/** A path of this site to go to after signing in; anything that could leave it becomes the front page. */
export function safeReturnPath(candidate: string | null): string {
  if (candidate === null || !candidate.startsWith('/')) return '/';
  const base = 'http://eyrie.invalid';
  const url = URL.canParse(candidate, base) ? new URL(candidate, base) : null;
  // Resolving the dots of "/.//host" leaves "//host", which browsers take for another site.
  const isOurs = url?.origin === base && !url.pathname.startsWith('//');
  return isOurs ? url.pathname + url.search : '/';
}
