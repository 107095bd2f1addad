import type { ContentPart } from '../event/types.ts';

/** Bytes that base64 text stands for (RFC 4648 4), without decoding it. */
export function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((text.length * 3) / 4) - padding);
}

export interface Media {
  readonly media_type?: string;
  readonly size_bytes?: number;
  readonly url?: string;
}

/**
 * What a URL says about an image or file: type and size for a data URL (RFC 2397), whose bytes are not kept; the address
 * without query for others, as the query often carries a signature.
 */
export function describeUrl(url: string): Media {
  if (!url.startsWith('data:')) {
    const query = url.search(/[?#]/);
    return { url: query < 0 ? url : url.slice(0, query) };
  }
  const comma = url.indexOf(',');
  const header = url.slice(5, comma < 0 ? url.length : comma);
  const semicolon = header.indexOf(';');
  const media_type = semicolon < 0 ? header : header.slice(0, semicolon);
  const data = comma < 0 ? '' : url.slice(comma + 1);
  const size_bytes = header.endsWith(';base64') ? base64Bytes(data) : data.length;
  return media_type === '' ? { size_bytes } : { media_type, size_bytes };
}

export function hasImage(parts: readonly ContentPart[]): boolean {
  return parts.some((part) => part.type === 'image');
}
