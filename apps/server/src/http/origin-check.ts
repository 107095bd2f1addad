import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { AppEnv } from './app-env.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses requests that another site made the browser send. Browsers put Sec-Fetch-Site and Origin on every unsafe
 * request; programs send neither, and no browser lends them its cookies.
 */
export function checkOrigin(): MiddlewareHandler<AppEnv> {
  return async function refuseCrossSite(c, next) {
    if (!safeMethods.has(c.req.method)) {
      const site = c.req.header('sec-fetch-site');
      const origin = c.req.header('origin');
      const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
      if (isForeignSite || (origin !== undefined && origin !== c.get('origin'))) {
        throw new HTTPException(403, {
          message: `This request came from another site. Open Eyrie at ${c.get('origin')} and try again there.`,
        });
      }
    }
    await next();
  };
}
