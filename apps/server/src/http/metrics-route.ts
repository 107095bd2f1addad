import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Config } from '../config/schema.ts';
import type { AppEnv } from './app-env.ts';

export interface MetricsRouteDeps {
  config(): Config;
  /** The exposition in Prometheus text format 0.0.4. */
  readonly exposition: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** `/metrics`: for programs on this machine, and for holders of the configured token. */
export function createMetricsRoute(deps: MetricsRouteDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/metrics', async (c) => {
    const { enabled, token } = deps.config().metrics;
    if (!enabled) throw new HTTPException(404, { message: 'Metrics are switched off (metrics.enabled).' });
    const isTokenHolder = token !== undefined && holdsToken(c.req.header('authorization'), token);
    if (!isTokenHolder && !c.get('client').isLocal) {
      throw new HTTPException(403, {
        message:
          'Metrics are served to this machine only; set metrics.token to read them with a bearer token.',
      });
    }
    const { contentType, text } = await deps.exposition();
    return c.body(text, 200, { 'Content-Type': contentType });
  });
  return routes;
}

/** Compares hashes, so that time tells nothing about the token. */
function holdsToken(header: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}
