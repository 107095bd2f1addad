import { createHash } from 'node:crypto';
import type { AiRequestData } from '../event/types.ts';
import type { HeaderFields } from '../protocol/http1/types.ts';

type Auth = NonNullable<AiRequestData['auth']>;

/** Public beginnings of credentials, longest first; at most eight characters, none of them secret. */
const publicPrefixes: readonly (readonly [prefix: string, type: Auth['type']])[] = [
  ['sk-ant-o', 'oauth'],
  ['sk-ant-a', 'api_key'],
  ['sk-svcac', 'api_key'],
  ['sk-proj-', 'api_key'],
  ['sk-ant-', 'api_key'],
  ['sk-or-', 'api_key'],
  ['pplx-', 'api_key'],
  ['nvapi-', 'api_key'],
  ['AIza', 'api_key'],
  ['xai-', 'api_key'],
  ['csk-', 'api_key'],
  ['gsk_', 'api_key'],
  ['ghu_', 'oauth'],
  ['gho_', 'oauth'],
  ['ya29.', 'oauth'],
  ['hf_', 'api_key'],
  ['r8_', 'api_key'],
  ['sk-', 'api_key'],
  // a JSON web token: the first letters of {" in base64
  ['eyJ', 'oauth'],
];

const keyHeaders = ['x-api-key', 'api-key', 'x-goog-api-key'] as const;

/**
 * What can be said of the credential in a request's headers without giving it away: its kind, its public prefix, and a
 * SHA-256 by which two requests with the same key are recognised. Only known prefixes are told: of an unknown credential the
 * first letters are part of the secret.
 */
export function describeAuth(headers: HeaderFields): Auth {
  const key = keyHeaders
    .map((name) => headers.get(name))
    .find((value) => value !== undefined && value !== '');
  const authorization = headers.get('authorization') ?? '';
  const bearer = /^bearer +(\S+)/i.exec(authorization)?.[1];
  const credential = key ?? bearer;
  if (credential === undefined) return { type: authorization === '' ? 'none' : 'unknown' };
  const known = publicPrefixes.find(
    ([prefix]) => credential.startsWith(prefix) && credential.length > prefix.length,
  );
  const type = known?.[1] ?? (key === undefined ? 'unknown' : 'api_key');
  const key_hash = `sha256:${createHash('sha256').update(credential).digest('hex')}`;
  return known === undefined ? { type, key_hash } : { type, key_prefix: known[0], key_hash };
}
