import { StoreError } from '@eyrie/db';
import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from '../log/create-logger.ts';
import type { AppEnv } from './app-env.ts';

/** Body of every JSON error: `{ "error": { "status", "message", "field"? } }`. */
export function respondWithError(
  c: Context<AppEnv>,
  error: { readonly status: ContentfulStatusCode; readonly message: string; readonly field?: string },
): Response {
  return c.json({ error }, error.status);
}

/** The one place where exceptions become answers: what was thrown on purpose is said, anything else is only logged. */
export function handleError(log: Logger): ErrorHandler<AppEnv> {
  return (error, c) => {
    if (error instanceof HTTPException) {
      if (error.status >= 500)
        log.warn({ path: c.req.path, status: error.status, err: error.cause }, error.message);
      const message = error.message === '' ? defaultMessage(error.status) : error.message;
      return answer(c, error.status, message);
    }
    if (error instanceof StoreError) {
      log.error({ path: c.req.path, code: error.code }, error.message);
      return answer(c, 503, error.message);
    }
    log.error({ path: c.req.path, err: error }, 'a request failed');
    return answer(c, 500, 'Something failed inside Eyrie; the log has the details.');
  };
}

/** 404 for paths nothing is mounted on. */
export function handleNotFound(): NotFoundHandler<AppEnv> {
  return (c) => answer(c, 404, `There is nothing at ${c.req.path}.`);
}

/** Browsers that ask for a page get plain text, all others JSON. */
function answer(c: Context<AppEnv>, status: ContentfulStatusCode, message: string): Response {
  const isPage = c.req.header('accept')?.includes('text/html') === true && !c.req.path.startsWith('/api/');
  return isPage ? c.text(`${message}\n`, status) : respondWithError(c, { status, message });
}

function defaultMessage(status: number): string {
  if (status === 413) return 'The request is larger than server.body_limit_bytes allows.';
  if (status === 504) return 'The request took longer than server.request_timeout_seconds allows.';
  return 'The request was refused.';
}
