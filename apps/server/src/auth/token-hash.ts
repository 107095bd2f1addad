import { createHash, randomBytes } from 'node:crypto';

/** SHA-256, hex: how session ids and the set-up token are stored. They are random, so no salt or slow hash is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** A token with 256 bits of randomness, safe in a URL. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}
