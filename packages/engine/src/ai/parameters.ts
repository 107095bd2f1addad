import type { AiRequestData } from '../event/types.ts';
import { compact } from './json-read.ts';

export type Parameters = NonNullable<AiRequestData['parameters']>;

/** Parameters that are present, or undefined when there are none. */
export function presentParameters(parameters: { [Key in keyof Parameters]-?: Parameters[Key] | undefined }):
  Parameters | undefined {
  const present = compact<Parameters>(parameters);
  return Object.keys(present).length === 0 ? undefined : present;
}

/** Stop sequences: one string or an array of them. */
export function readStop(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return undefined;
  const items: unknown[] = value;
  const texts = items.filter((item) => typeof item === 'string');
  return texts.length === 0 ? undefined : texts;
}
