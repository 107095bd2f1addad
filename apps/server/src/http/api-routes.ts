import { Hono, type Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { EventReader } from '@eyrie/db';
import type { Auth, AuthClient, AuthOutcome } from '../auth/create-auth.ts';
import type { ReloadReport } from '../config/reload.ts';
import { formatProblem } from '../config/problem.ts';
import type { AppEnv } from './app-env.ts';
import { respondWithError } from './error-response.ts';
import { parseEventQuery } from './event-query.ts';
import { requireRole } from './identify.ts';

export interface ApiDeps {
  readonly auth: Auth;
  readonly reader: EventReader;
  /** What `/api/v1/status` answers. */
  status(): Promise<Readonly<Record<string, unknown>>>;
  /** Reads the configuration again; `by` and `ip` go to the audit log. */
  reload(by: { readonly name: string; readonly ip: string }): Promise<ReloadReport>;
}

const credentials = z.strictObject({ name: z.string().max(256), password: z.string().max(1024) });

/** The REST interface, mounted at `/api/v1`. */
export function createApiRoutes(deps: ApiDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes
    .post('/setup', async (c) => {
      const input = await readJson(c, credentials.extend({ token: z.string().max(256) }));
      return respondToAuth(c, await deps.auth.setup(input, clientOf(c)), 400);
    })
    .post('/login', async (c) => {
      const input = await readJson(c, credentials);
      return respondToAuth(c, await deps.auth.login(input, clientOf(c)), 401);
    })
    .post('/logout', async (c) => {
      const cookie = await deps.auth.logout(c.get('signedIn'), c.get('client').address);
      if (cookie !== null) c.header('Set-Cookie', cookie.serialize());
      return c.json({ status: 'signed out' });
    })
    .get('/status', requireRole('viewer'), async (c) => c.json(await deps.status()))
    .get('/events', requireRole('viewer'), async (c) => {
      const query = parseEventQuery(new URL(c.req.url).searchParams);
      if (!query.ok) return respondWithError(c, { status: 400, message: query.message, field: query.field });
      const page = await deps.reader.findEvents(query.filter, query.page);
      const payloads = await deps.reader.findPayloads(page.edges.map((edge) => edge.node.eventId));
      const events = page.edges.flatMap((edge) => {
        const payload = payloads.get(edge.node.eventId);
        const event: unknown = payload === undefined ? undefined : JSON.parse(payload);
        return event === undefined ? [] : [event];
      });
      return c.json({ events, next: page.hasNextPage ? (page.edges.at(-1)?.cursor ?? null) : null });
    })
    .post('/config/reload', requireRole('admin'), async (c) => {
      const report = await deps.reload({
        name: c.get('signedIn')?.viewer.name ?? '',
        ip: c.get('client').address,
      });
      if (report.ok) return c.json({ applied: report.applied, need_restart: report.needRestart });
      const message = 'The new configuration has errors; the old one stays in force.';
      return c.json({ error: { status: 422, message, problems: report.problems.map(formatProblem) } }, 422);
    })
    .all('*', (c) =>
      respondWithError(c, { status: 404, message: `There is no ${c.req.method} ${c.req.path}.` }),
    );
  return routes;
}

function clientOf(c: Context<AppEnv>): AuthClient {
  return {
    address: c.get('client').address,
    userAgent: c.req.header('user-agent')?.slice(0, 256) ?? null,
    sessionId: c.get('signedIn')?.sessionId ?? null,
  };
}

function respondToAuth(c: Context<AppEnv>, outcome: AuthOutcome, refusal: 400 | 401): Response {
  if (outcome.ok) {
    c.header('Set-Cookie', outcome.cookie.serialize());
    return c.json({ status: 'signed in' });
  }
  const { message, field, retryAfterSeconds } = outcome;
  if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
  const status = retryAfterSeconds === undefined ? refusal : 429;
  return respondWithError(c, field === undefined ? { status, message } : { status, message, field });
}

async function readJson<Schema extends z.ZodType>(
  c: Context<AppEnv>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new HTTPException(415, { message: 'Send application/json.' });
  const body: unknown = await c.req.json().catch((cause: unknown) => {
    // The body limit speaks for itself.
    if (cause instanceof HTTPException) throw cause;
    throw new HTTPException(400, { message: 'The body is not valid JSON.', cause });
  });
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new HTTPException(400, {
    message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`,
  });
}
