import { eventTypeCodes } from '@eyrie/db';
import type { EventFilter, EventType, ProcessFilter } from '@eyrie/db';
import { builder } from './builder.ts';
import { badInput } from './errors.ts';
import { parseTime } from './time.ts';

/** Longest text of one condition. */
const MAX_TEXT = 500;
/** Most values of one condition. */
const MAX_VALUES = 50;

/** All conditions hold together. */
export const EventFilterInput = builder.inputType('EventFilter', {
  fields: (t) => ({
    connectionId: t.string(),
    conversationId: t.string(),
    execId: t.string(),
    models: t.stringList(),
    pid: t.int(),
    processName: t.string(),
    providers: t.stringList(),
    since: t.string({ description: 'RFC 3339 with a zone, inclusive.' }),
    text: t.string({
      description: 'Words that must all occur; "quoted words" must occur in this order. Not a search syntax.',
    }),
    types: t.stringList({ description: 'Such as ai.request, ai.response, agent.tool_call, process.exec.' }),
    until: t.string({ description: 'RFC 3339 with a zone, exclusive.' }),
  }),
});

type FilterArgs = typeof EventFilterInput.$inferInput;

function isEventType(name: string): name is EventType {
  return Object.hasOwn(eventTypeCodes, name);
}

function readText(argument: string, text: string | null | undefined): string | undefined {
  if (text === null || text === undefined || text === '') return undefined;
  if (text.length > MAX_TEXT) throw badInput(argument, `must have at most ${MAX_TEXT} characters`);
  return text;
}

function readTexts(argument: string, values: readonly string[] | null | undefined): string[] | undefined {
  if (values === null || values === undefined || values.length === 0) return undefined;
  if (values.length > MAX_VALUES) throw badInput(argument, `must have at most ${MAX_VALUES} values`);
  for (const value of values) readText(argument, value);
  return [...values];
}

function readTypes(values: readonly string[] | null | undefined): EventType[] | undefined {
  return readTexts('filter.types', values)?.map((name) => {
    if (isEventType(name)) return name;
    const known = Object.keys(eventTypeCodes).join(', ');
    throw badInput('filter.types', `"${name}" is no event type; the types are ${known}`);
  });
}

function readTime(argument: string, text: string | null | undefined): number | undefined {
  return text === null || text === undefined || text === '' ? undefined : parseTime(argument, text);
}

/** Checks what a client filters by; empty values are no condition. Throws `BAD_USER_INPUT` naming the field. */
export function readEventFilter(args: FilterArgs | null | undefined): EventFilter {
  if (args === null || args === undefined) return {};
  const filter = {
    types: readTypes(args.types),
    providers: readTexts('filter.providers', args.providers),
    models: readTexts('filter.models', args.models),
    processName: readText('filter.processName', args.processName),
    execId: readText('filter.execId', args.execId),
    pid: args.pid ?? undefined,
    conversationId: readText('filter.conversationId', args.conversationId),
    connectionId: readText('filter.connectionId', args.connectionId),
    sinceUs: readTime('filter.since', args.since),
    untilUs: readTime('filter.until', args.until),
    text: readText('filter.text', args.text),
  };
  if (filter.sinceUs !== undefined && filter.untilUs !== undefined && filter.sinceUs > filter.untilUs) {
    throw badInput('filter.until', 'must not be before filter.since');
  }
  return filter;
}

/** Checks the conditions of the process list. Throws `BAD_USER_INPUT`. */
export function readProcessFilter(args: {
  readonly name?: string | null | undefined;
  readonly running?: boolean | null | undefined;
}): ProcessFilter {
  return { name: readText('name', args.name), running: args.running ?? undefined };
}

/** Reads the start of a range, or undefined. Throws `BAD_USER_INPUT`. */
export function readSince(text: string | null | undefined): number | undefined {
  return readTime('since', text);
}
