/** Passwords in addresses: `postgres://user:password@host`, `https://token@host`. The rest of the address stays readable. */
import type { TriggerRule } from '../rule.ts';

/** Longest user information part that is looked at; a longer one without its `@` is not an address. */
const maxUserInfo = 1024;

/** A user name without a password is shown up to this length. */
const minTokenChars = 20;

/** True for the code units that end the authority part of an address (RFC 3986, 3.2) or stand around one in text. */
function endsAuthority(code: number): boolean {
  // white space and controls, " ' # / < > ? ` \
  return (
    code <= 32 ||
    code === 34 ||
    code === 35 ||
    code === 47 ||
    code === 60 ||
    code === 62 ||
    code === 63 ||
    code === 96
  );
}

export const connectionStringRule: TriggerRule = {
  kind: 'trigger',
  name: 'connection_string',
  description: 'Passwords and tokens before the @ of an address (postgres://user:password@host)',
  placeholder: '[PASSWORD_REDACTED]',
  pattern: '://[^\\s/?#"<>`]*:([^\\s"<>`]+)@',
  enabledByDefault: true,
  ignoreCase: false,
  triggers: ['://'],
  matchAt(text, at, trigger) {
    const from = at + trigger.length;
    const limit = Math.min(text.length, from + maxUserInfo);
    let colon = -1;
    let lastAt = -1;
    for (let index = from; index < limit; index += 1) {
      const code = text.charCodeAt(index);
      if (code === 64) lastAt = index;
      else if (code === 58 && colon === -1) colon = index;
      else if (code === 39 && lastAt !== -1) break;
      else if (endsAuthority(code)) {
        // an unescaped / or ? or # inside a password, as people write them, belongs to it when an @ follows soon
        if (
          lastAt !== -1 ||
          colon === -1 ||
          code <= 32 ||
          code === 34 ||
          code === 60 ||
          code === 62 ||
          code === 96
        )
          break;
        const next = text.slice(index + 1, Math.min(limit, index + 129)).search(/[\s"'<>`@]/);
        if (
          next === -1 ||
          text.charCodeAt(index + 1 + next) !== 64 ||
          /^\d{1,5}$/.test(text.slice(colon + 1, index))
        )
          break;
        lastAt = index + 1 + next;
        break;
      }
    }
    if (lastAt === -1) return undefined;
    if (colon !== -1 && colon < lastAt)
      return lastAt > colon + 1 ? { start: colon + 1, end: lastAt } : undefined;
    // a name alone is no secret, a token in its place is
    return lastAt - from >= minTokenChars ? { start: from, end: lastAt } : undefined;
  },
};
