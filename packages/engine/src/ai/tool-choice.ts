import { isRecord, readRecord, readString } from './json-read.ts';

/** A tool choice as one word: `auto`, `none`, `required`, or `function:get_weather` when one tool is demanded. */
export function readToolChoice(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return undefined;
  const type = readString(value, 'type') ?? 'tool';
  const target = readRecord(value, 'function') ?? readRecord(value, 'custom') ?? value;
  const name = readString(target, 'name');
  return name === undefined ? type : `${type}:${name}`;
}
