/** Reading of request bodies: they come from clients of unknown quality, so nothing is assumed of their shape. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asRecords(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(asRecord) : [];
}

export function asString(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The text of a content field, which may be a string or a list of parts with a `text` each. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asRecords(content)
    .map((part) => asString(part['text']))
    .join('');
}
