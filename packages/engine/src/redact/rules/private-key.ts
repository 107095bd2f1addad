/** Private keys in PEM armour: whole, cut off at the end, or on one line. */
import { matchSticky, type TriggerRule } from '../rule.ts';

const head = /[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const tail = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
/** Lines of a key whose end is missing: header lines and base64, each class apart from the white space between them. */
const cutBody =
  /(?:\s{0,8}(?:[A-Za-z-]{1,40}: [^\r\n]{0,200}|[A-Za-z0-9+/=]{16,}))*(?:\s{0,8}[A-Za-z0-9+/]{1,15}={0,2})?/y;
/** The body of a key never has five dashes, so the first run of them decides and no text is searched twice. */
function findEnd(text: string, from: number): number {
  const at = text.indexOf('-----', from);
  return at === -1 ? -1 : matchSticky(tail, text, at);
}

export const privateKeyRule: TriggerRule = {
  kind: 'trigger',
  name: 'private_key',
  description: 'Private keys in PEM form (RSA, EC, OpenSSH, PGP, PKCS#8), also when their end is missing',
  placeholder: '[PRIVATE_KEY_REDACTED]',
  pattern:
    '-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----[\\s\\S]*-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----',
  enabledByDefault: true,
  ignoreCase: false,
  triggers: ['-----BEGIN '],
  matchAt(text, at, trigger) {
    const bodyStart = matchSticky(head, text, at + trigger.length);
    if (bodyStart === -1) return undefined;
    const end = findEnd(text, bodyStart);
    if (end !== -1) return { start: at, end };
    const cut = matchSticky(cutBody, text, bodyStart);
    // a mere mention of the first line in prose has no body
    return cut > bodyStart + 16 ? { start: at, end: cut } : undefined;
  },
};
