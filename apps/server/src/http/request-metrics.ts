import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { AppEnv } from './app-env.ts';

/** Told of every answered request; `route` is the pattern that matched, so there are few of them. */
export type RequestObserver = (request: {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Until the answer began, not until a stream ended. */
  readonly seconds: number;
}) => void;

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Measures requests. */
export function observeRequests(observe: RequestObserver): MiddlewareHandler<AppEnv> {
  return async function measure(c, next) {
    const start = performance.now();
    await next();
    observe({
      method: methods.has(c.req.method) ? c.req.method : 'other',
      // Hono leaves its index at the handler that was reached last.
      route: routePath(c),
      status: c.res.status,
      seconds: (performance.now() - start) / 1000,
    });
  };
}
