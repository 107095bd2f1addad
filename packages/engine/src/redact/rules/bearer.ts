/** Values of HTTP authentication schemes, wherever they are quoted: a header, a curl command, a piece of code. */
import { isAlphanumeric, matchSticky, type TriggerRule } from '../rule.ts';

const bearerRest = /[ \t:]{1,8}["']?[A-Za-z0-9._~+/=-]{8,}/y;
const basicRest = /[ \t]{1,8}[A-Za-z0-9+/_-]{6,}={0,2}/y;
const digestRest = /[ \t]{1,8}username=[^\r\n]{1,2048}/y;
const gap = /[ \t:]{1,8}["']?/y;

/** A word that follows "bearer" or "basic" in prose is not a credential; one with a digit, a capital or a sign in it is. */
function isProse(value: string): boolean {
  return /^[a-z]+$/.test(value) || /^[A-Z][a-z]+$/.test(value);
}

export const bearerRule: TriggerRule = {
  kind: 'trigger',
  name: 'bearer_token',
  description: 'Values of the Bearer, Basic, Digest and Token authentication schemes',
  placeholder: '[BEARER_TOKEN_REDACTED]',
  pattern: `(?i)\\b(?:bearer${bearerRest.source}|basic${basicRest.source}|digest${digestRest.source})`,
  enabledByDefault: true,
  ignoreCase: true,
  triggers: ['bearer', 'basic', 'digest'],
  matchAt(text, at, trigger) {
    if (at > 0 && isAlphanumeric(text.charCodeAt(at - 1))) return undefined;
    const rest = trigger === 'bearer' ? bearerRest : trigger === 'basic' ? basicRest : digestRest;
    const after = at + trigger.length;
    const end = matchSticky(rest, text, after);
    if (end === -1) return undefined;
    const start = matchSticky(gap, text, after);
    if (start === -1 || start >= end) return undefined;
    // bounded: prose words are short, and a longer value is taken as a credential without a look
    if (end - start <= 24 && isProse(text.slice(start, end))) return undefined;
    return { start, end };
  },
};
