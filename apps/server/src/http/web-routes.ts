import { serveStatic } from '@hono/node-server/serve-static';
import type { AuthResult, Platform } from '@eyrie/web/platform';
import { Hono, type Context } from 'hono';
import type { Auth, AuthClient, AuthOutcome } from '../auth/create-auth.ts';
import type { AppEnv } from './app-env.ts';
import type { GraphqlServer } from './graphql-route.ts';
import { withOrigin } from './public-origin.ts';
import type { WebBuild } from './web-build.ts';

/** The files the browser loads: names below `/_app/immutable/` carry a hash of their content, so they never change. */
export function createStaticRoutes(build: WebBuild): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const serveFile = serveStatic<AppEnv>({ root: build.clientDirectory, precompressed: true });
  routes.get('*', async (c, next) => {
    const file = await serveFile(c, next);
    if (file instanceof Response) {
      const isImmutable = c.req.path.startsWith('/_app/immutable/');
      file.headers.set('Cache-Control', isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    }
    return file;
  });
  return routes;
}

/** Everything else is a page. */
export function createPageRoutes(
  build: WebBuild,
  deps: { auth: Auth; graphql: GraphqlServer },
): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.all('*', async (c) =>
    build.handler(withOrigin(c.req.raw, c.get('origin')), createPlatform(c, deps)),
  );
  return routes;
}

/** What is served instead of pages while there is no build. */
export function createMissingBuildRoutes(): Hono<AppEnv> {
  const text =
    'The dashboard has not been built. Run "npm run build -w @eyrie/web" where Eyrie is installed, then restart Eyrie.\n' +
    'Capture, /health, /ready, /metrics, /api/v1 and /graphql work without it.\n';
  const routes = new Hono<AppEnv>();
  routes.get('*', (c) => c.text(text, 503));
  return routes;
}

function createPlatform(
  c: Context<AppEnv>,
  { auth, graphql }: { auth: Auth; graphql: GraphqlServer },
): Platform {
  const signedIn = c.get('signedIn');
  const { address } = c.get('client');
  const client: AuthClient = {
    address,
    userAgent: c.req.header('user-agent')?.slice(0, 256) ?? null,
    sessionId: signedIn?.sessionId ?? null,
  };
  return {
    viewer: signedIn?.viewer ?? null,
    sessionId: signedIn?.sessionId ?? null,
    clientAddress: address,
    publicOrigin: c.get('origin'),
    graphql: async (request) =>
      graphql.fetch(request, { viewer: signedIn?.viewer ?? null, clientAddress: address }),
    auth: {
      setupRequired: () => auth.setupRequired(),
      setup: async (input) => toResult(await auth.setup(input, client)),
      login: async (input) => toResult(await auth.login(input, client)),
      logout: async () => {
        const cookie = await auth.logout(signedIn, address);
        return { ok: true, cookies: cookie === null ? [] : [cookie] };
      },
    },
  };
}

function toResult(outcome: AuthOutcome): AuthResult {
  return outcome.ok ? { ok: true, cookies: [outcome.cookie] } : outcome;
}
