/** Redaction of strings that belong together: argument lists and the text parts of one message. */
import type { Found } from './scan.ts';
import { failedPlaceholder, type TextRedactor, type TextResult } from './text.ts';

/** Long options whose next argument is a secret whatever it looks like, and the short one where it can only be that. */
const secretFlag =
  /^--?(?:[\w-]*[_-])?(?:pass(?:word|wd|phrase)?|pwd|secret|token|api-?key|apikey|access-?key|secret-?key|private-?key|auth|credentials?|client-?secret|pat)$/i;
/** Programs whose `-p` is a directory, a port, a file or nothing. */
const harmlessShort =
  /(?:^|\/)(?:mkdir|ssh|scp|cp|install|tsc|node|nodejs|patch|ps|kill|lsof|nc|netstat|grep|git|cargo|make|ls|touch|rsync|nmap|python[\d.]*|tmux|type|command|read|strace|perf|gcc|cc|clang|taskset|chrt|ionice|pgrep|pip[\d.]*|uvicorn|gunicorn)$/;
/** A port, a port mapping or a path is no password. */
const harmlessValue = /^(?:\d{1,5}(?:[:/][\w.:/]*)?|.*\/.*|\.{1,2}|[\d.]+:\d+:\d+)$/;

function isSecretFlag(args: readonly string[], index: number): boolean {
  const argument = args[index] ?? '';
  const value = args[index + 1];
  if (value === undefined || value === '' || value.startsWith('--')) return false;
  if (argument === '-p') {
    const container = args.some((other, at) => at < index && /^(?:run|create|compose|exec)$/.test(other));
    return !harmlessShort.test(args[0] ?? '') && !container && !harmlessValue.test(value);
  }
  return argument.length <= 64 && secretFlag.test(argument);
}

const separateSecret = 'secret_assignment';

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

/** The part of one joined place that lies in a segment, or undefined. */
function within(found: Found, start: number, end: number): readonly [number, number] | undefined {
  const from = Math.max(found.start, start);
  const to = Math.min(found.end, end);
  return from < to ? [from - start, to - start] : undefined;
}

interface Joined {
  readonly found: readonly Found[];
  readonly starts: readonly number[];
}

/** Places that begin in one segment and end in another; those within one segment are found when it is redacted alone. */
function findAcross(redactor: TextRedactor, segments: readonly string[], separator: string): Joined {
  const starts: number[] = [];
  let length = 0;
  for (const segment of segments) {
    starts.push(length);
    length += segment.length + separator.length;
  }
  const found = redactor.find(segments.join(separator)).filter((item) => {
    const index = starts.findLastIndex((start) => start <= item.start);
    const start = starts[index] ?? 0;
    const segment = segments[index] ?? '';
    if (item.end <= start + segment.length) return false;
    // what is complete in its own segment only looks longer because the next one follows without a gap
    return !redactor.find(segment).some((own) => own.start === item.start - start);
  });
  return { found, starts };
}

function replaceWithin(
  segment: string,
  start: number,
  found: readonly Found[],
  redactor: TextRedactor,
): TextResult {
  const counts = new Map<string, number>();
  const pieces: string[] = [];
  let copied = 0;
  for (const item of found) {
    const range = within(item, start, start + segment.length);
    if (range === undefined) continue;
    const rule = redactor.rules[item.rule];
    pieces.push(segment.slice(copied, range[0]), rule?.placeholder ?? failedPlaceholder);
    copied = range[1];
    if (rule !== undefined) add(counts, rule.name, 1);
  }
  pieces.push(segment.slice(copied));
  return { text: pieces.join(''), counts, failed: false };
}

export interface SegmentOptions {
  readonly separator: string;
  /** The segments are the arguments of a command line. */
  readonly flags: boolean;
  readonly secretPlaceholder: string;
}

const nothing: ReadonlyMap<string, number> = new Map();

function hasSecretFlag(segments: readonly string[], { flags }: SegmentOptions): boolean {
  return flags && segments.some((segment, index) => segment.startsWith('-') && isSecretFlag(segments, index));
}

/** Redacts each segment alone and all of them as one text. Never throws; a failing rule replaces every segment. */
export function redactSegments(
  redactor: TextRedactor,
  segments: readonly string[],
  options: SegmentOptions,
): readonly TextResult[] {
  let joined: Joined = { found: [], starts: [] };
  try {
    // where nothing can be in all of them, nothing can be in one
    if (!redactor.mayFind(segments.join(options.separator)) && !hasSecretFlag(segments, options))
      return segments.map((text) => ({ text, counts: nothing, failed: false }));
    if (segments.length > 1) joined = findAcross(redactor, segments, options.separator);
  } catch {
    return segments.map(() => ({ text: failedPlaceholder, counts: new Map(), failed: true }));
  }
  return segments.map((segment, index) => {
    if (options.flags && index > 0 && isSecretFlag(segments, index - 1)) {
      // the rule that knows the secret by its form says more than the flag before it
      const own = redactor.redact(segment);
      if (redactor.rules.some((rule) => rule.placeholder === own.text)) return own;
      return { text: options.secretPlaceholder, counts: new Map([[separateSecret, 1]]), failed: false };
    }
    const across = replaceWithin(segment, joined.starts[index] ?? 0, joined.found, redactor);
    const alone = redactor.redact(across.text);
    const counts = new Map(across.counts);
    for (const [name, count] of alone.counts) add(counts, name, count);
    return { text: alone.text, counts, failed: alone.failed };
  });
}
