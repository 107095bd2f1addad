import { eventTypeCodes, type EventFilter, type EventType, type PageRequest } from '@eyrie/db';

export type EventQuery =
  | { readonly ok: true; readonly filter: EventFilter; readonly page: PageRequest }
  | { readonly ok: false; readonly field: string; readonly message: string };

interface Draft {
  filter: EventFilter;
  page: PageRequest;
}

/** Reads one parameter into the draft; a text is what is wrong with it. */
type Reader = (values: readonly string[], draft: Draft) => string | undefined;

const single =
  (read: (value: string, draft: Draft) => string | undefined): Reader =>
  (values, draft) =>
    values.length === 1 ? read(values[0] ?? '', draft) : 'may be given once only';

const readers: Readonly<Record<string, Reader>> = {
  type: (values, draft) => {
    const types = values.filter(isEventType);
    if (types.length < values.length) return `must be one of ${Object.keys(eventTypeCodes).join(', ')}`;
    draft.filter = { ...draft.filter, types };
    return undefined;
  },
  provider: (providers, draft) => void (draft.filter = { ...draft.filter, providers }),
  model: (models, draft) => void (draft.filter = { ...draft.filter, models }),
  process: single((processName, draft) => void (draft.filter = { ...draft.filter, processName })),
  exec_id: single((execId, draft) => void (draft.filter = { ...draft.filter, execId })),
  conversation_id: single(
    (conversationId, draft) => void (draft.filter = { ...draft.filter, conversationId }),
  ),
  text: single((text, draft) => void (draft.filter = { ...draft.filter, text })),
  pid: single((value, draft) => {
    if (!/^\d{1,9}$/.test(value)) return 'must be a process id';
    draft.filter = { ...draft.filter, pid: Number(value) };
    return undefined;
  }),
  since: single((value, draft) => {
    const sinceUs = toMicroseconds(value);
    if (sinceUs === undefined) return timeAdvice;
    draft.filter = { ...draft.filter, sinceUs };
    return undefined;
  }),
  until: single((value, draft) => {
    const untilUs = toMicroseconds(value);
    if (untilUs === undefined) return timeAdvice;
    draft.filter = { ...draft.filter, untilUs };
    return undefined;
  }),
  first: single((value, draft) => {
    if (!/^\d{1,3}$/.test(value) || Number(value) < 1 || Number(value) > 100) return 'must be 1 to 100';
    draft.page = { ...draft.page, first: Number(value) };
    return undefined;
  }),
  after: single((after, draft) => void (draft.page = { ...draft.page, after })),
};

const timeAdvice = 'must be a time such as 2026-11-21T10:00:00Z';

/** Reads the query string of `/api/v1/events`. An unknown parameter is an error: it would otherwise widen the answer. */
export function parseEventQuery(parameters: URLSearchParams): EventQuery {
  const draft: Draft = { filter: {}, page: {} };
  for (const name of new Set(parameters.keys())) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (reader === undefined) {
      return {
        ok: false,
        field: name,
        message: `unknown parameter; known: ${Object.keys(readers).join(', ')}`,
      };
    }
    const message = reader(parameters.getAll(name), draft);
    if (message !== undefined) return { ok: false, field: name, message: `${name} ${message}` };
  }
  return { ok: true, ...draft };
}

function isEventType(text: string): text is EventType {
  return Object.hasOwn(eventTypeCodes, text);
}

function toMicroseconds(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds * 1000;
}
