/** What stands for content in `minimal` mode: its length, and a hash by which equal contents can be recognised. */
import { createHmac, randomBytes } from 'node:crypto';

/**
 * A key for the hashes. They are keyed because a plain hash of a short text can be looked up by trying texts; with a key they
 * compare within one run only.
 */
export function createMarkerKey(): Buffer {
  return randomBytes(32);
}

const marker = /^\[CONTENT_REDACTED length=\d{1,15} hash=[0-9a-f]{16}\]$/;

/** The marker of a text; a marker stays what it is. Length in UTF-16 code units. */
export function contentMarker(text: string, key: Buffer): string {
  if (text === '' || marker.test(text)) return text;
  const hash = createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
  return `[CONTENT_REDACTED length=${text.length} hash=${hash}]`;
}
