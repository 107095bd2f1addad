/** What an administrator decides about redaction; the engine, the preview and the web form take the same value. */
import type { RedactionMode } from '../event/types.ts';

export interface CustomRuleConfig {
  /** Shown in findings; 1 to 64 characters. */
  readonly name: string;
  /** RE2 syntax: no look-around, no back-references, linear time. */
  readonly pattern: string;
  /** What stands in place of a match; 1 to 100 characters. */
  readonly placeholder: string;
}

export interface RedactionConfig {
  readonly mode: RedactionMode;
  /** Names of built-in rules that are on by default and must not run. */
  readonly disabledBuiltIns: readonly string[];
  /** Names of built-in rules that are off by default (`phone`, `ipv4`, `ipv6`) and must run. */
  readonly enabledBuiltIns?: readonly string[];
  readonly custom: readonly CustomRuleConfig[];
}

/** Secrets and personal data are replaced, the rest of the content is kept. */
export const defaultRedactionConfig: RedactionConfig = { mode: 'safe', disabledBuiltIns: [], custom: [] };
