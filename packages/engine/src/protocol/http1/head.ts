import { maxHeaderFields } from './limits.ts';
import type { MessageHead } from './types.ts';

/** RFC 9110 8.6: a list of identical Content-Length values may be taken as one; different ones are an error. */
const lengthField = 'content-length';

function addField(headers: Map<string, string>, name: string, value: string): void {
  const earlier = headers.get(name);
  if (earlier === undefined) headers.set(name, value);
  else if (name === lengthField && earlier === value) return;
  else headers.set(name, `${earlier}, ${value}`);
}

/** Fields of a head, from the line after the start line. Lines without a colon are skipped, as servers in use do. */
function readFields(lines: readonly string[]): Map<string, string> | undefined {
  const headers = new Map<string, string>();
  let name = '';
  let value = '';
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const first = line.charCodeAt(0);
    if (first === 0x20 || first === 0x09) {
      // RFC 9112 5.2, obsolete line folding: a recipient replaces it with a space
      value = `${value} ${line.trim()}`;
      continue;
    }
    if (name !== '') addField(headers, name, value);
    const colon = line.indexOf(':');
    name = colon > 0 ? line.slice(0, colon).trim().toLowerCase() : '';
    value = colon > 0 ? line.slice(colon + 1).trim() : '';
    if (index > maxHeaderFields) return undefined;
  }
  if (name !== '') addField(headers, name, value);
  return headers;
}

/**
 * Reads a head from its text, without the empty line. A head cut off by a gap is read as far as whole lines go.
 * Undefined when the start line is not HTTP/1 or there are more fields than the limit. Never throws.
 */
export function parseHead(text: string): MessageHead | undefined {
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.endsWith('\r')) lines[index] = line.slice(0, -1);
  }
  const start = lines[0] ?? '';
  const headers = readFields(lines);
  if (headers === undefined) return undefined;
  if (start.startsWith('HTTP/1.')) {
    const minorVersion = start[7] === '0' ? 0 : 1;
    const status = Number.parseInt(start.slice(9, 12), 10);
    // RFC 9112 4: three digits
    if (!(status >= 100 && status <= 999)) return undefined;
    return { kind: 'response', status, minorVersion, headers };
  }
  const methodEnd = start.indexOf(' ');
  const targetEnd = start.lastIndexOf(' ');
  if (methodEnd <= 0 || targetEnd <= methodEnd || !start.startsWith('HTTP/1.', targetEnd + 1))
    return undefined;
  return {
    kind: 'request',
    method: start.slice(0, methodEnd),
    target: start.slice(methodEnd + 1, targetEnd),
    minorVersion: start.endsWith('0') ? 0 : 1,
    headers,
  };
}
