import { maxDeclaredLength } from './limits.ts';
import type { BodyFraming, HeaderFields, RequestHead, ResponseHead } from './types.ts';

const none: BodyFraming = { kind: 'none' };
const chunked: BodyFraming = { kind: 'chunked' };
const untilClose: BodyFraming = { kind: 'until_close' };
const invalid: BodyFraming = { kind: 'invalid' };

function lastCoding(transferEncoding: string): string {
  return transferEncoding
    .slice(transferEncoding.lastIndexOf(',') + 1)
    .trim()
    .toLowerCase();
}

/** RFC 9112 6.3 rules 5 and 6: digits only; a list of equal values was joined when the head was read. */
function declaredLength(value: string): BodyFraming {
  if (!/^\d{1,16}$/.test(value)) {
    const values = new Set(value.split(',').map((part) => part.trim()));
    const [only] = values;
    return values.size === 1 && only !== undefined && only !== value ? declaredLength(only) : invalid;
  }
  const bytes = Number(value);
  return bytes > maxDeclaredLength ? invalid : { kind: 'length', bytes };
}

/** RFC 9112 6.1: Transfer-Encoding overrides Content-Length, and a message with both may be an attempt to smuggle. */
export function hasConflictingFraming(headers: HeaderFields): boolean {
  return headers.has('transfer-encoding') && headers.has('content-length');
}

/** Where the body of a request ends (RFC 9112 6.3, rules 3 to 7). */
export function requestFraming(head: RequestHead): BodyFraming {
  const transfer = head.headers.get('transfer-encoding');
  // rule 4: the length of a request whose final coding is not chunked cannot be found
  if (transfer !== undefined) return lastCoding(transfer) === 'chunked' ? chunked : invalid;
  const length = head.headers.get('content-length');
  return length === undefined ? none : declaredLength(length);
}

/** Where the body of a response to `method` ends (RFC 9112 6.3, rules 1 and 3 to 8). */
export function responseFraming(head: ResponseHead, method: string | undefined): BodyFraming {
  const { status } = head;
  // rule 1; 205 has a body of zero length by Content-Length or chunked and needs no rule of its own
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return none;
  const transfer = head.headers.get('transfer-encoding');
  if (transfer !== undefined) return lastCoding(transfer) === 'chunked' ? chunked : untilClose;
  const length = head.headers.get('content-length');
  return length === undefined ? untilClose : declaredLength(length);
}
