import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { AppEnv } from './app-env.ts';
import type { HttpClient } from './http-client.ts';

/**
 * Sets `origin`: the configured public origin, else what the request was addressed to. Without a configured origin only
 * localhost and IP addresses are answered, because any other name could be one that an attacker points at this machine
 * (DNS rebinding).
 */
export function setPublicOrigin(publicOrigin: string | undefined): MiddlewareHandler<AppEnv> {
  return async function setOrigin(c, next) {
    if (publicOrigin === undefined && c.get('client').forwarded?.protocol === 'https') {
      // Cookies would lack Secure, and nobody would notice.
      throw new HTTPException(421, {
        message:
          'Eyrie is behind a TLS proxy but does not know its own address: set server.public_origin, then restart it.',
      });
    }
    const origin = publicOrigin ?? originOfRequest(c.req.header('host'), c.get('client'));
    if (origin === null) {
      throw new HTTPException(421, {
        message:
          'Eyrie answers to localhost and IP addresses only; set server.public_origin to use another name.',
      });
    }
    c.set('origin', origin);
    await next();
  };
}

function originOfRequest(hostHeader: string | undefined, client: HttpClient): string | null {
  const host = client.forwarded?.host ?? hostHeader;
  if (host === undefined) return null;
  const url = URL.parse(`http://${host}`);
  if (url === null || url.pathname !== '/' || url.username !== '') return null;
  const { hostname } = url;
  const isName = isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
  if (isName && hostname !== 'localhost' && !hostname.endsWith('.localhost')) return null;
  return url.origin;
}

/** The request as the browser addressed it, for handlers that compare origins or build links. */
export function withOrigin(request: Request, origin: string): Request {
  const url = new URL(request.url);
  return new Request(`${origin}${url.pathname}${url.search}`, request);
}
