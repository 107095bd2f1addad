import type { Role } from '@eyrie/db';
import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Auth } from '../auth/create-auth.ts';
import { hasRole } from '../auth/viewer.ts';
import type { AppEnv } from './app-env.ts';

/** Sets `signedIn` from the session cookie, and sends the cookie again when the session was prolonged. */
export function identifyViewer(auth: Auth): MiddlewareHandler<AppEnv> {
  return async function identify(c, next) {
    const signedIn = await auth.identify(c.req.header('cookie') ?? null);
    c.set('signedIn', signedIn);
    await next();
    // Log-in and log-out set the cookie themselves.
    if (signedIn?.cookie != null && c.res.headers.getSetCookie().length === 0) {
      c.res.headers.append('Set-Cookie', signedIn.cookie.serialize());
    }
  };
}

/** Refuses requests of nobody (401) and of accounts below `role` (403). */
export function requireRole(role: Role): MiddlewareHandler<AppEnv> {
  return async function refuseOthers(c, next) {
    const viewer = c.get('signedIn')?.viewer;
    if (viewer === undefined) throw new HTTPException(401, { message: 'Log in first.' });
    if (!hasRole(viewer, role)) throw new HTTPException(403, { message: `This takes the role ${role}.` });
    await next();
  };
}
