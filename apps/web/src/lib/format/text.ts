/** `abcdef…uvwxyz` with the end kept longer than the start, because paths differ at their end. Counts characters, not units. */
export function middleEllipsis(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const room = most - 1;
  const tail = Math.ceil(room * 0.6);
  return `${characters.slice(0, room - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

// Controls (but not tab and newline), soft hyphen, zero-width and bidirectional marks, invisible fillers, byte order
// mark, variation and language tags: everything that changes how text looks without being seen.
const invisible =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** The same text with each unseen character written as its name, `⟨U+202E⟩`, for names, paths and titles. */
export function nameInvisible(text: string): string {
  return text.replace(invisible, (character) => `⟨${codePointName(character)}⟩`);
}

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'redacted'; readonly placeholder: string; readonly rule: string }
  | { readonly kind: 'control'; readonly name: string };

const builtInPlaceholder = /\[(?:([A-Z0-9]+(?:_[A-Z0-9]+)*)_)?REDACTED(?::[\w-]+)?\]/.source;

/** Placeholder text to the rule that puts it there, for rules whose placeholder is their own. */
export type Placeholders = readonly { readonly name: string; readonly placeholder: string }[];

/**
 * Cuts redacted text into plain text, what was removed and unseen characters. A placeholder is known by the list of
 * rules or by the built-in shape `[API_KEY_REDACTED]`.
 */
export function segmentText(text: string, placeholders: Placeholders): readonly Segment[] {
  const own = placeholders.filter((each) => each.placeholder !== '');
  const rules = new Map(own.map((each) => [each.placeholder, each.name]));
  const names = [...rules.keys()].sort((a, b) => b.length - a.length).map((name) => RegExp.escape(name));
  const pattern = new RegExp([...names, builtInPlaceholder, invisible.source].join('|'), 'gu');
  const segments: Segment[] = [];
  let position = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > position) segments.push({ kind: 'text', text: text.slice(position, match.index) });
    segments.push(segmentOf(match[0], rules));
    position = match.index + match[0].length;
  }
  if (position < text.length) segments.push({ kind: 'text', text: text.slice(position) });
  return segments;
}

function segmentOf(found: string, rules: ReadonlyMap<string, string>): Segment {
  const rule = rules.get(found);
  if (rule !== undefined) return { kind: 'redacted', placeholder: found, rule };
  if (!found.startsWith('[')) return { kind: 'control', name: codePointName(found) };
  const name = new RegExp(builtInPlaceholder).exec(found)?.[1];
  return {
    kind: 'redacted',
    placeholder: found,
    rule: name === undefined ? 'whole text' : name.toLowerCase(),
  };
}

/** `api_key` as `API key`, `whole text` as it is. */
export function ruleLabel(rule: string): string {
  const words = rule.replace(/_/g, ' ');
  return words.replace(/\b(api|aws|jwt|ssn|ip|id|url)\b/g, (word) => word.toUpperCase());
}

const inlineWidth = 88;

/** Like `prettyJson`, but what fits on a short line stays on it: arguments of tools are read, not counted. */
export function denseJson(text: string): string {
  try {
    return printDense(JSON.parse(text), '');
  } catch {
    return text;
  }
}

function printDense(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const inner = `${indent}  `;
  const entries = isList
    ? value.map((each) => printDense(each, inner))
    : Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${printDense(each, inner)}`);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return open + close;
  const pad = isList ? '' : ' ';
  const line = open + pad + entries.join(', ') + pad + close;
  if (line.length + indent.length <= inlineWidth && !line.includes('\n')) return line;
  return `${open}\n${entries.map((entry) => inner + entry).join(',\n')}\n${indent}${close}`;
}

/** JSON text with two spaces of indent; text that is no JSON stays as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
