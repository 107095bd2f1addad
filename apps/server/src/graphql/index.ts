import { createYoga } from 'graphql-yoga';
import { createErrorMask } from './errors.ts';
import type { GraphqlContext, GraphqlDeps, RequestScope } from './context.ts';
import { limits, useLimits } from './limits.ts';
import { createLoaders } from './loaders.ts';
import { schema } from './schema/index.ts';

/** The GraphQL endpoint, to be mounted by the HTTP layer. */
export interface Graphql {
  /**
   * Answers one request, whatever its path. Refuses by field when `viewer` is null. A subscription is answered with a stream of
   * server-sent events; cancelling its body or aborting the request ends it.
   */
  fetch(request: Request, scope: RequestScope): Promise<Response>;
}

const ENDPOINT = '/graphql';

/**
 * Native classes, named one by one: with its own stand-ins, yoga's answer stream is wrapped again when a header is set on it, and
 * the next client that disconnects then ends the process (nodejs/undici issue 5715).
 */
const fetchAPI = {
  ...{ fetch, Request, Response, Headers, Body: Response, FormData, File, Blob },
  ...{ ReadableStream, WritableStream, TransformStream, TextDecoderStream, TextEncoderStream },
  ...{
    CompressionStream,
    DecompressionStream,
    TextEncoder,
    TextDecoder,
    URL,
    URLSearchParams,
    URLPattern,
    crypto,
  },
};

function refuse(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json(
    { errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] },
    { status, headers: { 'Cache-Control': 'no-store', ...headers } },
  );
}

/**
 * Only JSON is executed: browsers send forms (urlencoded, multipart, text/plain) to other sites without asking, with cookies.
 * GET is for queries and subscriptions; yoga refuses mutations in it.
 */
function refuseRequest(request: Request): Response | undefined {
  if (request.method === 'GET') return undefined;
  if (request.method !== 'POST') return refuse(405, 'Use POST or GET.', { Allow: 'GET, POST' });
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refuse(415, 'Send the query as application/json.');
  return undefined;
}

interface ServerContext extends RequestScope {
  readonly signal: AbortSignal;
}

/** The request at the path yoga expects. */
function atEndpoint(request: Request): Request {
  const url = new URL(request.url);
  if (url.pathname === ENDPOINT) return request;
  url.pathname = ENDPOINT;
  return new Request(url, request);
}

/**
 * Makes the GraphQL endpoint over the given store, bus and rules.
 *
 * @example
 * const graphql = createGraphql({ reader, control, bus, rules, captureStatus, log });
 * app.on(['GET', 'POST'], '/graphql', (c) => graphql.fetch(c.req.raw, { viewer, clientAddress }));
 */
export function createGraphql(deps: GraphqlDeps): Graphql {
  const subscriptions = new Map<string, number>();
  const yoga = createYoga<ServerContext, GraphqlContext>({
    schema,
    graphqlEndpoint: ENDPOINT,
    context: (server) => ({
      ...deps,
      subscriptions,
      viewer: server.viewer,
      clientAddress: server.clientAddress,
      revalidate: server.revalidate,
      signal: server.signal,
      loaders: createLoaders(deps.reader),
    }),
    plugins: [useLimits()],
    maskedErrors: {
      maskError: createErrorMask(deps.log),
      errorMessage: 'Something went wrong on the server. Its log says what.',
    },
    maxRequestBodySize: limits.bodyBytes,
    fetchAPI,
    // The same origin serves the pages; yoga's default answers any origin, with credentials.
    cors: false,
    multipart: false,
    batching: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });

  return {
    async fetch(request, { viewer, clientAddress, revalidate }) {
      const refused = refuseRequest(request);
      if (refused !== undefined) return refused;
      const scope = { viewer, clientAddress, revalidate, signal: request.signal };
      const response = await yoga.fetch(atEndpoint(request), scope);
      if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
        // nginx buffers answers and `no-transform` stops proxies from compressing, either of which holds events back.
        response.headers.set('Cache-Control', 'no-cache, no-transform');
        response.headers.set('X-Accel-Buffering', 'no');
      } else response.headers.set('Cache-Control', 'no-store');
      return response;
    },
  };
}
