import { Hono } from 'hono';
import type { AppEnv } from './app-env.ts';
import type { Readiness } from './readiness.ts';

export interface HealthDeps {
  readonly version: string;
  readonly startedAt: Date;
  readiness(): Readiness;
}

/** `/health`: the process answers. `/ready`: it captures and stores; 503 with reasons when not. Neither needs a log-in. */
export function createHealthRoutes(deps: HealthDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes
    .get('/health', (c) => {
      const uptimeSeconds = Math.floor((Date.now() - deps.startedAt.getTime()) / 1000);
      return c.json({ status: 'ok', version: deps.version, uptime_seconds: uptimeSeconds });
    })
    .get('/ready', (c) => {
      const { ready, problems } = deps.readiness();
      return c.json({ status: ready ? 'ready' : 'not ready', problems }, ready ? 200 : 503);
    });
  return routes;
}
