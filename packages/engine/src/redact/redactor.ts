/** Stage 6: from an event to the only form that leaves the engine. */
import type { Confidence, Event, EventType, RedactedEvent, RedactionFinding } from '../event/types.ts';
import type { RedactionConfig } from './config.ts';
import { RecentMap } from '../cache/recent-map.ts';
import { anyField, fieldTree, type Field } from './field-tree.ts';
import { contentMarker, createMarkerKey } from './marker.ts';
import { assignmentRule } from './rules/assignment.ts';
import { selectRules } from './rule-set.ts';
import { redactSegments, type SegmentOptions } from './segments.ts';
import { createTextRedactor, failedPlaceholder, type TextResult } from './text.ts';

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
const maxPlainKeys = 256;
/** Members of an event that come after the others. */
const laterMembers: ReadonlySet<string> = new Set(['confidence', 'ext', 'data']);
/** Shared objects, mostly processes. */
const maxRemembered = 16_384;
/** Process events have a few; those of AI events do not come again. */
const maxConfidences = 64;
const plainKey = /^[a-z][a-z0-9_]{0,40}$/;
const joinedText: SegmentOptions = {
  separator: '',
  flags: false,
  secretPlaceholder: assignmentRule.placeholder,
};

/** A finding with its path as steps, so that it can be told again in another place. */
interface Noted {
  readonly type: string;
  readonly count: number;
  readonly steps: readonly (string | number)[];
}

/** The redacted form of a shared object, with findings whose steps begin at the object. */
interface Remembered {
  readonly value: object;
  readonly noted: readonly Noted[];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pathOf(steps: readonly (string | number)[]): string {
  let path = '';
  for (const step of steps[0] === 'data' ? steps.slice(1) : steps) {
    path += typeof step === 'number' ? `[${step}]` : path === '' ? step : `.${step}`;
  }
  return path;
}

/** One configuration at work. Private state: where the walk is and what it has found so far. */
class EventRedactor implements Redactor {
  readonly config: RedactionConfig;
  readonly #texts: ReturnType<typeof createTextRedactor>;
  readonly #dropsContent: boolean;
  readonly #markerKey = createMarkerKey();
  readonly #counts = new Map<string, number>();
  readonly #trees = new Map<EventType, Field>();
  readonly #remembered = new RecentMap<object, Remembered>(maxRemembered);
  readonly #confidences = new RecentMap<Confidence, Confidence>(maxConfidences);
  readonly #plainKeys = new Set<string>();
  #events = 0;
  #failedFields = 0;
  #steps: (string | number)[] = [];
  #noted: Noted[] = [];

  constructor(config: RedactionConfig) {
    this.config = config;
    const rules = selectRules(config);
    this.#texts = createTextRedactor(config.mode === 'full' ? [] : rules);
    this.#dropsContent = config.mode === 'minimal';
  }

  redact(event: Event): RedactedEvent {
    this.#events += 1;
    // the one place where an event becomes a redacted event: everything below runs on it
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
    return this.#event(event) as RedactedEvent;
  }

  stats(): RedactorStats {
    return {
      events: this.#events,
      findings: Object.fromEntries(this.#counts),
      failedFields: this.#failedFields,
    };
  }

  #event(event: Event): object {
    this.#steps = [];
    this.#noted = [];
    const tree = this.#treeOf(event.event_type);
    const { ext, data, confidence } = event;
    const copy = this.#record(tree, event, laterMembers);
    copy['confidence'] = this.#member(tree, 'confidence', this.#confidenceOf(confidence));
    const extension = ext === undefined ? {} : this.#member(tree, 'ext', ext);
    const content = this.#member(tree, 'data', data);
    if (this.#noted.length === 0 && ext === undefined) {
      copy['data'] = content;
      return copy;
    }
    return { ...copy, ...this.#extended(extension), data: content };
  }

  /** What `full` or another mode means for this event; made once for each confidence that comes. */
  #confidenceOf(confidence: Confidence): Confidence {
    let done = this.#confidences.get(confidence);
    if (done === undefined) {
      const { mode } = this.config;
      done = { ...confidence, redaction_applied: mode !== 'full', redaction_profile: mode };
      this.#confidences.set(confidence, done);
    }
    return done;
  }

  /** The extension with what was found in this event added. */
  #extended(value: unknown): { readonly ext?: object } {
    const extension = isRecord(value) ? value : {};
    const earlier: readonly unknown[] = Array.isArray(extension['redaction']) ? extension['redaction'] : [];
    const found: RedactionFinding[] = this.#noted.map(({ type, count, steps }) => ({
      type,
      count,
      path: pathOf(steps),
    }));
    for (const { type, count } of found) this.#counts.set(type, (this.#counts.get(type) ?? 0) + count);
    if (found.length === 0 && earlier.length === 0) return { ext: extension };
    return { ext: { ...extension, redaction: [...earlier, ...found] } };
  }

  #treeOf(type: EventType): Field {
    const known = this.#trees.get(type) ?? fieldTree(type);
    this.#trees.set(type, known);
    return known;
  }

  #value(field: Field, value: unknown): unknown {
    if (typeof value === 'string') return this.#string(field, value);
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
    if (this.#steps.length > maxDepth) return failedPlaceholder;
    if (Array.isArray(value)) return this.#array(field, value);
    if (isRecord(value)) return field.shared ? this.#shared(field, value) : this.#record(field, value);
    // functions, symbols and big integers are in no event
    return failedPlaceholder;
  }

  #string(field: Field, text: string): string {
    if (field.shape?.test(text) === true) return text;
    if (this.#dropsContent && field.content) return this.#dropContent(text);
    return this.#note(this.#texts.redact(text));
  }

  #dropContent(text: string): string {
    const marker = contentMarker(text, this.#markerKey);
    if (marker !== text) this.#noted.push({ type: fullContent, count: 1, steps: [...this.#steps] });
    return marker;
  }

  #note(result: TextResult): string {
    for (const [type, count] of result.counts) this.#noted.push({ type, count, steps: [...this.#steps] });
    if (result.failed) this.#failedFields += 1;
    return result.text;
  }

  #record(field: Field, value: object, except?: ReadonlySet<string>): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    if (!isRecord(value)) return copy;
    for (const key of Object.keys(value)) {
      const member = value[key];
      if (member === undefined || except?.has(key) === true) continue;
      const name =
        field.members.has(key) || this.#isPlainKey(key) ? key : this.#note(this.#texts.redact(key));
      copy[name] = this.#member(field, name, member);
    }
    return copy;
  }

  /** One member of a record; `name` is its redacted key. */
  #member(field: Field, name: string, value: unknown): unknown {
    this.#steps.push(name);
    const done = this.#value(field.members.get(name) ?? anyField, value);
    this.#steps.pop();
    return done;
  }

  /** The keys of events are few, and keys of free objects in requests are not kept. */
  #isPlainKey(key: string): boolean {
    if (this.#plainKeys.has(key)) return true;
    if (!plainKey.test(key)) return false;
    if (this.#plainKeys.size < maxPlainKeys) this.#plainKeys.add(key);
    return true;
  }

  /** Remembers what became of an object that comes again and again. */
  #shared(field: Field, value: object): object {
    let done = this.#remembered.get(value);
    if (done === undefined) {
      const outer = this.#noted;
      this.#noted = [];
      const depth = this.#steps.length;
      const copy = this.#record(field, value);
      done = {
        value: copy,
        noted: this.#noted.map((noted) => ({ ...noted, steps: noted.steps.slice(depth) })),
      };
      this.#noted = outer;
      this.#remembered.set(value, done);
    }
    for (const noted of done.noted) this.#noted.push({ ...noted, steps: [...this.#steps, ...noted.steps] });
    return done.value;
  }

  #array(field: Field, values: readonly unknown[]): readonly unknown[] {
    if (
      !this.#dropsContent &&
      field.joinedList !== undefined &&
      values.every((value) => typeof value === 'string')
    ) {
      const options = { ...field.joinedList, secretPlaceholder: assignmentRule.placeholder };
      const results = redactSegments(this.#texts, values, options);
      return results.map((result, index) => this.#at(index, () => this.#note(result)));
    }
    const parts = !this.#dropsContent && field.joinedText ? this.#joinTexts(values) : values;
    return parts.map((value, index) =>
      this.#at(index, () => {
        // the program's own name stays; its arguments are content
        const own = this.#dropsContent && field.joinedList !== undefined && index === 0;
        return this.#value(own ? anyField : field.item, value);
      }),
    );
  }

  #at<Result>(step: string | number, run: () => Result): Result {
    this.#steps.push(step);
    const result = run();
    this.#steps.pop();
    return result;
  }

  /** The texts of one message, read as one: a secret may be split between two parts. */
  #joinTexts(parts: readonly unknown[]): readonly unknown[] {
    const list = parts.map((part) =>
      isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '',
    );
    if (list.filter((text) => text !== '').length < 2) return parts;
    const redacted = redactSegments(this.#texts, list, joinedText);
    return parts.map((part, index) => {
      const result = redacted[index];
      if (!isRecord(part) || typeof part['text'] !== 'string' || result === undefined) return part;
      return { ...part, text: this.#at(index, () => this.#at('text', () => this.#note(result))) };
    });
  }
}

/** Creates the redactor of events. Throws `RedactionConfigError` when a custom rule cannot be used. */
export function createRedactor(config: RedactionConfig): Redactor {
  return new EventRedactor(config);
}
