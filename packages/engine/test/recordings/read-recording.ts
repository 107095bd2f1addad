import { Buffer } from 'node:buffer';
import { createTracked, WireConnection } from '../wire-driver.ts';
import type { Direction, Tracked } from '../wire-driver.ts';

export interface RecordingCase {
  readonly name: string;
  readonly input: string;
  readonly expected: string;
}

/** The cases of a Markdown file. */
export function readCases(markdown: string): RecordingCase[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      name: section.slice(0, section.indexOf('\n')).trim(),
      input: /```input\n([\s\S]*?)```/.exec(section)?.[1] ?? '',
      expected: (/```expected\n([\s\S]*?)```/.exec(section)?.[1] ?? '').trimEnd(),
    }));
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };

/** Text of a line as bytes, in a string with one character a byte. */
function unescape(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  return bytes.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function encodeLine(line: string): string {
  if (line.startsWith('chunk ')) {
    const chunk = unescape(line.slice('chunk '.length));
    return `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
  }
  const open = line.endsWith('\\') && !line.endsWith('\\\\');
  return unescape(open ? line.slice(0, -1) : line) + (open ? '' : '\r\n');
}

function encodeMessage(lines: readonly string[]): string {
  const text = lines.map(encodeLine).join('');
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  return text.replace('{{length}}', String(body.length));
}

function encodeCall(lines: readonly string[]): Buffer {
  const messages: string[][] = [[]];
  for (const line of lines) {
    if (line === '=') messages.push([]);
    else messages.at(-1)?.push(line);
  }
  return Buffer.from(messages.map(encodeMessage).join(''), 'latin1');
}

type Step =
  | { readonly kind: 'call'; readonly direction: Direction; readonly bytes: Buffer }
  | { readonly kind: 'directive'; readonly words: readonly string[] };

function readSteps(input: string): Step[] {
  const steps: Step[] = [];
  let lines: string[] = [];
  let direction: Direction = 'write';
  const endCall = (): void => {
    if (lines.length > 0) steps.push({ kind: 'call', direction, bytes: encodeCall(lines) });
    lines = [];
  };
  for (const line of input.split('\n')) {
    if (line === '') continue;
    const next = line.startsWith('>') ? 'write' : 'read';
    if (line.startsWith('!')) {
      endCall();
      steps.push({ kind: 'directive', words: line.slice(2).split(' ') });
      continue;
    }
    if (next !== direction) endCall();
    direction = next;
    lines.push(line.slice(2));
  }
  endCall();
  return steps;
}

/** Smallest and largest chunk size that make sense for a case. */
export function chunkSizes(input: string): { readonly smallest: number; readonly largest: number } {
  const steps = readSteps(input);
  const sizes = steps.find((step) => step.kind === 'directive' && step.words[0] === 'sizes');
  const longest = Math.max(...steps.map((step) => (step.kind === 'call' ? step.bytes.length : 1)));
  const smallest = sizes?.kind === 'directive' ? Number(sizes.words[1]) : 1;
  return { smallest, largest: Math.max(longest, smallest) };
}

function obey(connection: WireConnection, tracked: Tracked, words: readonly string[]): void {
  const [verb, first = '', second = ''] = words;
  if (verb === 'lose') connection.lose(first === 'read' ? 'read' : 'write', Number(second));
  else if (verb === 'free' || verb === 'shutdown') connection.state(verb);
  else if (verb === 'exit') connection.exit();
  else if (verb === 'at') connection.at(Number(first) * 1000);
  else if (verb === 'flush') tracked.tracker.flush();
  else if (verb !== 'sizes') throw new Error(`unknown directive: ${words.join(' ')}`);
}

/** Plays a case at one chunk size. */
export function play(input: string, chunkBytes: number): Tracked {
  const tracked = createTracked();
  const connection = new WireConnection(tracked.tracker, { nowUs: 1_000_000 });
  connection.chunkBytes = chunkBytes;
  for (const step of readSteps(input)) {
    if (step.kind === 'call') connection.send(step.direction, step.bytes);
    else obey(connection, tracked, step.words);
  }
  return tracked;
}
