import { parse, TomlError } from 'smol-toml';
import type { z } from 'zod';
import { KeyPositions, type KeyPath } from './key-positions.ts';
import { keysAt } from './key-reference.ts';
import { formatKeyPath, type ConfigProblem } from './problem.ts';
import { configSchema, type FileConfig } from './schema.ts';
import { suggest } from './suggest.ts';

export type ParseResult =
  | { readonly ok: true; readonly config: FileConfig; readonly positions: KeyPositions }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Reads the text of a configuration file. `source` names it in problems. Never throws. */
export function parseConfigFile(text: string, source: string): ParseResult {
  const document = parseToml(text, source);
  if (!document.ok) return document;
  const positions = new KeyPositions(text);
  const result = configSchema.safeParse(document.value);
  if (result.success) return { ok: true, config: result.data, positions };
  const problems = result.error.issues.flatMap((issue) => describeIssue(issue, source, positions));
  return { ok: false, problems };
}

function parseToml(
  text: string,
  source: string,
): { ok: true; value: unknown } | { ok: false; problems: readonly ConfigProblem[] } {
  try {
    return { ok: true, value: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [, second] = error.message.split('\n')[0]?.split('Invalid TOML document: ') ?? [];
    const message = `not valid TOML: ${second ?? error.message.split('\n')[0] ?? ''}`;
    return { ok: false, problems: [{ source, line: error.line, column: error.column, message }] };
  }
}

function describeIssue(issue: z.core.$ZodIssue, source: string, positions: KeyPositions): ConfigProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => locate(source, positions, [...path, name], describeUnknown(path, name)));
  }
  return [locate(source, positions, path, issue.message)];
}

function describeUnknown(table: KeyPath, name: string): string {
  const known = keysAt(table);
  const meant = suggest(name, known);
  if (meant !== undefined) return `unknown key; did you mean "${meant}"?`;
  return `unknown key; known here: ${known.join(', ')}`;
}

function locate(source: string, positions: KeyPositions, path: KeyPath, message: string): ConfigProblem {
  const position = positions.find(path);
  const key = formatKeyPath(path);
  return position === undefined ? { source, key, message } : { source, ...position, key, message };
}
