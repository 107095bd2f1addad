import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Auth } from '../auth/create-auth.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { AppEnv } from './app-env.ts';
import { withOrigin } from './public-origin.ts';

/** What the GraphQL layer learns of a request. */
interface GraphqlScope {
  readonly viewer: Viewer | null;
  readonly clientAddress: string;
  /** Who the session belongs to now; asked while a subscription is open. */
  readonly revalidate?: () => Promise<Viewer | null>;
}

export interface GraphqlServer {
  fetch(request: Request, scope: GraphqlScope): Response | Promise<Response>;
}

/**
 * `/graphql`: JSON by POST, subscriptions as server-sent events by POST or GET, signed-in only. Forms can't post here:
 * another site could make a browser send one, but not JSON.
 */
export function createGraphqlRoute(graphql: GraphqlServer, auth: Auth): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.all('/graphql', async (c) => {
    const viewer = c.get('signedIn')?.viewer;
    if (viewer === undefined) {
      const extensions = { code: 'UNAUTHENTICATED' };
      return c.json({ errors: [{ message: 'Log in first.', extensions }] }, 401);
    }
    checkForm(c.req.method, c.req.raw.headers);
    const cookies = c.req.header('cookie') ?? null;
    const response = await graphql.fetch(withOrigin(c.req.raw, c.get('origin')), {
      viewer,
      clientAddress: c.get('client').address,
      revalidate: async () => (await auth.identify(cookies))?.viewer ?? null,
    });
    if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
      // nginx would collect the stream in a buffer otherwise.
      response.headers.set('X-Accel-Buffering', 'no');
      response.headers.set('Cache-Control', 'no-cache, no-transform');
    }
    return response;
  });
  return routes;
}

function checkForm(method: string, headers: Headers): void {
  if (method === 'POST') {
    const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
    if (type === 'application/json') return;
    throw new HTTPException(415, { message: 'Send GraphQL as application/json.' });
  }
  if (method === 'GET' && headers.get('accept')?.includes('text/event-stream') === true) return;
  throw new HTTPException(405, {
    message: 'Use POST, or GET with "Accept: text/event-stream" to subscribe.',
  });
}
