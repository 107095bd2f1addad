import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { timeout } from 'hono/timeout';
import type { Auth } from '../auth/create-auth.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../log/create-logger.ts';
import { createApiRoutes, type ApiDeps } from './api-routes.ts';
import type { AppEnv } from './app-env.ts';
import { handleError, handleNotFound } from './error-response.ts';
import { createGraphqlRoute, type GraphqlServer } from './graphql-route.ts';
import { createHealthRoutes, type HealthDeps } from './health-routes.ts';
import { createNetworkList, resolveClient } from './http-client.ts';
import { identifyViewer } from './identify.ts';
import { createMetricsRoute, type MetricsRouteDeps } from './metrics-route.ts';
import { checkOrigin } from './origin-check.ts';
import { setPublicOrigin } from './public-origin.ts';
import { observeRequests, type RequestObserver } from './request-metrics.ts';
import { setSecurityHeaders } from './security-headers.ts';
import type { WebBuild } from './web-build.ts';
import { createMissingBuildRoutes, createPageRoutes, createStaticRoutes } from './web-routes.ts';

export interface AppDeps extends ApiDeps, HealthDeps, MetricsRouteDeps {
  readonly log: Logger;
  readonly auth: Auth;
  readonly graphql: GraphqlServer;
  /** Null when the dashboard has not been built. */
  readonly web: WebBuild | null;
  readonly observeRequest: RequestObserver;
  config(): Config;
}

/**
 * The whole web application. Order matters: headers and metrics see every answer, the client is known before anything
 * decides on it, other sites are refused before any handler, and files and health checks don't touch the database.
 */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const { server } = deps.config();
  const trusted = createNetworkList(server.trusted_proxies);
  const app = new Hono<AppEnv>();
  app.onError(handleError(deps.log));
  app.notFound(handleNotFound());

  app.use(setSecurityHeaders());
  app.use(observeRequests(deps.observeRequest));
  app.use(async function setClient(c, next) {
    // A socket that is already gone has no address.
    const peer = c.env.incoming.socket.remoteAddress ?? '0.0.0.0';
    c.set('client', resolveClient(peer, c.req.raw.headers, trusted));
    await next();
  });
  app.route('/', createHealthRoutes(deps));
  app.route('/', createMetricsRoute(deps));

  app.use(setPublicOrigin(server.public_origin));
  app.use(checkOrigin());
  app.use(timeout(server.request_timeout_seconds * 1000));
  app.use(
    bodyLimit({
      maxSize: server.body_limit_bytes,
      onError: () => {
        throw new HTTPException(413);
      },
    }),
  );
  if (deps.web !== null) app.route('/', createStaticRoutes(deps.web));
  app.use(identifyViewer(deps.auth));
  app.route('/', createGraphqlRoute(deps.graphql, deps.auth));
  app.route('/api/v1', createApiRoutes(deps));
  app.all('/api/*', (c) => c.notFound());
  app.route('/', deps.web === null ? createMissingBuildRoutes() : createPageRoutes(deps.web, deps));
  return app;
}
