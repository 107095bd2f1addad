/** Stage 6: from an event to the only form that leaves the engine. */
import type { Event, EventType, RedactedEvent, RedactionFinding } from '../event/types.ts';
import type { RedactionConfig } from './config.ts';
import {
  contentFields,
  envelopeContentFields,
  joinedLists,
  joinedTexts,
  structuralFields,
} from './fields.ts';
import { contentMarker, createMarkerKey } from './marker.ts';
import { assignmentRule } from './rules/assignment.ts';
import { selectRules } from './rule-set.ts';
import { redactSegments } from './segments.ts';
import { createTextRedactor, failedPlaceholder, type TextRedactor, type TextResult } from './text.ts';

export interface RedactorStats {
  readonly events: number;
  /** Matches by rule name. */
  readonly findings: Readonly<Record<string, number>>;
  /** Strings replaced entirely because a rule failed on them. */
  readonly failedFields: number;
}

export interface Redactor {
  /** Never throws. Redacting a redacted event changes nothing. */
  redact(event: Event): RedactedEvent;
  stats(): RedactorStats;
  readonly config: RedactionConfig;
}

/** Type of the finding of content dropped in `minimal` mode. */
const fullContent = 'full_content';
/** Deeper than any payload; beyond it nothing is looked at, so nothing passes. */
const maxDepth = 24;

interface Walk {
  readonly content: ReadonlySet<string>;
  readonly findings: RedactionFinding[];
}

interface Place {
  /** With `[]` for every index: the key of the tables. */
  readonly pattern: string;
  /** With the indexes: what a finding shows. */
  readonly path: string;
  readonly depth: number;
}

function child(place: Place, key: string): Place {
  const join = (parent: string): string => (parent === '' ? key : `${parent}.${key}`);
  return { pattern: join(place.pattern), path: join(place.path), depth: place.depth + 1 };
}

function item(place: Place, index: number): Place {
  return { pattern: `${place.pattern}[]`, path: `${place.path}[${index}]`, depth: place.depth + 1 };
}

const plainKey = /^[a-z][a-z0-9_]{0,40}$/;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The paths dropped in `minimal` mode. */
function contentOf(type: EventType): ReadonlySet<string> {
  return new Set([...contentFields[type], ...envelopeContentFields]);
}

/** Creates the redactor of events. Throws `RedactionConfigError` when a custom rule cannot be used. */
export function createRedactor(config: RedactionConfig): Redactor {
  const rules = selectRules(config);
  const texts: TextRedactor = createTextRedactor(config.mode === 'full' ? [] : rules);
  const markerKey = createMarkerKey();
  const counts = new Map<string, number>();
  const contentByType = new Map<EventType, ReadonlySet<string>>();
  let events = 0;
  let failedFields = 0;

  const note = (walk: Walk, place: Place, result: TextResult): string => {
    for (const [type, count] of result.counts) {
      counts.set(type, (counts.get(type) ?? 0) + count);
      walk.findings.push({ type, count, path: place.path.replace(/^data\./, '') });
    }
    if (result.failed) failedFields += 1;
    return result.text;
  };

  const dropContent = (walk: Walk, place: Place, text: string): string => {
    const marker = contentMarker(text, markerKey);
    if (marker === text) return text;
    return note(walk, place, { text: marker, counts: new Map([[fullContent, 1]]), failed: false });
  };

  const redactString = (walk: Walk, place: Place, text: string): string => {
    if (structuralFields[place.pattern]?.test(text) === true) return text;
    if (config.mode === 'minimal' && walk.content.has(place.pattern)) return dropContent(walk, place, text);
    return note(walk, place, texts.redact(text));
  };

  const redactList = (
    walk: Walk,
    place: Place,
    list: readonly string[],
    separator: string,
  ): readonly string[] => {
    const flags = joinedLists[place.pattern]?.flags === true;
    const secretPlaceholder = assignmentRule.placeholder;
    const results = redactSegments(texts, list, { separator, flags, secretPlaceholder });
    return results.map((result, index) => note(walk, item(place, index), result));
  };

  const redactArray = (walk: Walk, place: Place, values: readonly unknown[]): readonly unknown[] => {
    const joined = joinedLists[place.pattern];
    const dropped = config.mode === 'minimal';
    if (joined !== undefined && !dropped && values.every((value) => typeof value === 'string')) {
      return redactList(walk, place, values, joined.separator);
    }
    const whole = joinedTexts.has(place.pattern) && !dropped ? joinTexts(walk, place, values) : values;
    return whole.map((value, index) => {
      // the program's own name stays; its arguments are content
      if (dropped && place.pattern === 'data.args' && index === 0 && typeof value === 'string') {
        return note(walk, item(place, index), texts.redact(value));
      }
      return redactValue(walk, item(place, index), value);
    });
  };

  /** The texts of one message, read as one: a secret may be split between two parts. */
  const joinTexts = (walk: Walk, place: Place, parts: readonly unknown[]): readonly unknown[] => {
    const list = parts.map((part) =>
      isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '',
    );
    if (list.filter((text) => text !== '').length < 2) return parts;
    const redacted = redactSegments(texts, list, { separator: '', flags: false, secretPlaceholder: '' });
    return parts.map((part, index) => {
      const result = redacted[index];
      if (!isRecord(part) || typeof part['text'] !== 'string' || result === undefined) return part;
      return { ...part, text: note(walk, child(item(place, index), 'text'), result) };
    });
  };

  const redactRecord = (walk: Walk, place: Place, value: object): Record<string, unknown> => {
    const copy: Record<string, unknown> = {};
    for (const [key, member] of Object.entries<unknown>({ ...value })) {
      if (member === undefined) continue;
      const name = plainKey.test(key) ? key : note(walk, child(place, 'key'), texts.redact(key));
      copy[name] = redactValue(walk, child(place, name), member);
    }
    return copy;
  };

  const redactValue = (walk: Walk, place: Place, value: unknown): unknown => {
    if (typeof value === 'string') return redactString(walk, place, value);
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
    if (place.depth > maxDepth) return failedPlaceholder;
    if (Array.isArray(value)) return redactArray(walk, place, value);
    if (isRecord(value)) return redactRecord(walk, place, value);
    // functions, symbols and big integers are in no event
    return failedPlaceholder;
  };

  const contentFor = (type: EventType): ReadonlySet<string> => {
    const known = contentByType.get(type) ?? contentOf(type);
    contentByType.set(type, known);
    return known;
  };

  const redactEvent = (event: Event): object => {
    const walk: Walk = { content: contentFor(event.event_type), findings: [] };
    const confidence = {
      ...event.confidence,
      redaction_applied: config.mode !== 'full',
      redaction_profile: config.mode,
    };
    const { ext, data, ...envelope } = redactRecord(
      walk,
      { pattern: '', path: '', depth: 0 },
      { ...event, confidence },
    );
    const earlier: readonly unknown[] =
      isRecord(ext) && Array.isArray(ext['redaction']) ? ext['redaction'] : [];
    const findings = [...earlier, ...walk.findings];
    const extension = {
      ...(isRecord(ext) ? ext : {}),
      ...(findings.length > 0 ? { redaction: findings } : {}),
    };
    return { ...envelope, ...(Object.keys(extension).length > 0 ? { ext: extension } : {}), data };
  };

  return {
    config,
    redact(event) {
      events += 1;
      // the one place where an event becomes a redacted event: everything above ran on it
      // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
      return redactEvent(event) as RedactedEvent;
    },
    stats: () => ({ events, findings: Object.fromEntries(counts), failedFields }),
  };
}
