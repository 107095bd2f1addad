import type { EventFilter } from '../gen/documents.ts';
import { spanMs, type Filter, type FilterKey } from './parse.ts';

/** The server's filter for a parsed one. Repeated keys mean "any of" where the server can, else the last one counts. */
export function toEventFilter(filter: Filter, now: Date): EventFilter {
  const all = (key: FilterKey): readonly string[] =>
    filter.terms.filter((term) => term.key === key).map((term) => term.value);
  const last = (key: FilterKey): string | undefined => all(key).at(-1);
  const providers = all('provider');
  const models = all('model');
  const types = all('type');
  const pid = last('pid');
  const entries: EventFilter = {
    ...(providers.length > 0 && { providers }),
    ...(models.length > 0 && { models }),
    ...(types.length > 0 && { types }),
    ...(pid !== undefined && { pid: Number(pid) }),
    ...optional('processName', last('process')),
    ...optional('execId', last('exec')),
    ...optional('conversationId', last('conversation')),
    ...optional('connectionId', last('connection')),
    ...optional('since', instant(last('since'), now)),
    ...optional('until', instant(last('until'), now)),
    ...optional('text', filter.text.length > 0 ? filter.text.join(' ') : undefined),
  };
  return entries;
}

function optional<Key extends keyof EventFilter>(
  key: Key,
  value: string | undefined,
): Partial<Record<Key, string>> | Record<string, never> {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- a computed key widens to string
  return value === undefined ? {} : ({ [key]: value } as Record<Key, string>);
}

function instant(value: string | undefined, now: Date): string | undefined {
  if (value === undefined) return undefined;
  const span = spanMs(value);
  return span === null ? new Date(value).toISOString() : new Date(now.getTime() - span).toISOString();
}
