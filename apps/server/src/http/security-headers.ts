import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './app-env.ts';

/** For answers that are not pages: pages bring their own policy, with a nonce, from SvelteKit. */
const strictPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const always = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/**
 * Puts security headers on every answer. They are set on the response itself: `c.header()` would wrap a streaming body
 * again, which has crashed the process when a subscriber disconnected.
 */
export function setSecurityHeaders(): MiddlewareHandler<AppEnv> {
  return async function securityHeaders(c, next) {
    await next();
    const { headers } = c.res;
    for (const [name, value] of Object.entries(always)) headers.set(name, value);
    if (!headers.has('content-security-policy')) headers.set('Content-Security-Policy', strictPolicy);
    if (!headers.has('cache-control')) headers.set('Cache-Control', 'no-store');
    // Absent when the request was answered before it was set, which its type does not say.
    const origin: unknown = c.get('origin');
    if (typeof origin === 'string' && origin.startsWith('https:'))
      headers.set('Strict-Transport-Security', 'max-age=31536000');
  };
}
