/**
 * Runs the built pages without the server: the platform's GraphQL is the server's schema executed by graphql-js over
 * fixtures, its accounts are one name and one password. For tests and for looking at pages while they are made.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSchema, execute, parse, subscribe, type ExecutionResult } from 'graphql';
import type { CreateHandler, Platform } from '../src/lib/server/platform.ts';
import { createAnswers, type Scenario } from './answers.ts';

const web = fileURLToPath(new URL('..', import.meta.url));
const schema = buildSchema(readFileSync(join(web, '..', 'server', 'schema.graphql'), 'utf8'));
const session = {
  name: 'eyrie_session',
  value: 'harness',
  attributes: { path: '/', httpOnly: true },
} as const;
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export const isBuilt = existsSync(join(web, 'build', 'server', 'index.js'));

interface GraphQlBody {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

export interface Harness {
  readonly origin: string;
  /** Calls the handler as the server would; `signedIn` false is a visitor. */
  request(path: string, init?: RequestInit & { readonly signedIn?: boolean }): Promise<Response>;
  close(): Promise<void>;
}

/** Starts the built handler on a free port of the loopback interface. */
export async function startHarness(scenario: Scenario, setupRequired = false): Promise<Harness> {
  const module = (await import(pathToFileURL(join(web, 'build', 'server', 'index.js')).href)) as {
    createHandler: CreateHandler;
  };
  const handler = await module.createHandler();
  const rootValue = createAnswers(scenario);
  let origin = 'http://harness.test';

  const run = async ({ query, variables }: GraphQlBody): Promise<ExecutionResult> =>
    execute({ schema, document: parse(query), rootValue, variableValues: variables });
  const platform = (signedIn: boolean): Platform => ({
    viewer: signedIn ? { name: 'ada', role: scenario.role } : null,
    sessionId: signedIn ? 'harness' : null,
    clientAddress: '127.0.0.1',
    publicOrigin: origin,
    graphql: async (request) => Response.json(await run((await request.json()) as GraphQlBody)),
    auth: {
      setupRequired: () => setupRequired,
      setup: ({ token }) =>
        Promise.resolve(
          token === 'good'
            ? { ok: true, cookies: [session] }
            : { ok: false, field: 'token', message: 'This token is not the one in the log.' },
        ),
      login: ({ password }) =>
        Promise.resolve(
          password === 'correct horse'
            ? { ok: true, cookies: [session] }
            : { ok: false, message: 'Name or password is wrong.' },
        ),
      logout: () =>
        Promise.resolve({
          ok: true,
          cookies: [{ ...session, value: '', attributes: { path: '/', maxAge: 0 } }],
        }),
    },
  });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? '/', origin).pathname;
    const file = join(web, 'build', 'client', path);
    if (path.startsWith('/_app/') || path === '/favicon.svg') {
      outgoing.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
      createReadStream(file).pipe(outgoing);
      return;
    }
    const body =
      incoming.method === 'POST'
        ? await new Response(Readable.toWeb(incoming) as ReadableStream).arrayBuffer()
        : null;
    if (path === '/graphql') {
      const request = JSON.parse(Buffer.from(body ?? new ArrayBuffer(0)).toString()) as GraphQlBody;
      if (incoming.headers.accept?.includes('event-stream') === true) await stream(request, outgoing);
      else outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(await run(request)));
      return;
    }
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
    const init = { method: incoming.method ?? 'GET', headers, body };
    const signedIn = incoming.headers.cookie?.includes('eyrie_session=harness') ?? false;
    const response = await handler(
      new Request(new URL(incoming.url ?? '/', origin), init),
      platform(signedIn),
    );
    outgoing.writeHead(response.status, [...response.headers].flat());
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  }

  async function stream({ query, variables }: GraphQlBody, outgoing: ServerResponse): Promise<void> {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const results = await subscribe({ schema, document: parse(query), rootValue, variableValues: variables });
    if (!(Symbol.asyncIterator in results)) return;
    outgoing.on('close', () => void results.return(undefined));
    for await (const result of results) outgoing.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((cause: unknown) => outgoing.writeHead(500).end(String(cause)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    request: (path, { signedIn = true, ...init } = {}) =>
      handler(new Request(new URL(path, origin), init), platform(signedIn)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
