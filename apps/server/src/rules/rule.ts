import type { BuiltInRuleState, RedactionRule as StoredRule } from '@eyrie/db';

/** Where a rule comes from, and so who can change it: built-in rules can only be switched, rules of the file only in the file. */
type RuleSource = 'built_in' | 'config' | 'custom';

/** A redaction rule as pages and the API show it. */
export interface Rule {
  readonly id: string;
  readonly source: RuleSource;
  readonly name: string;
  readonly pattern: string;
  readonly placeholder: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Grows with each change; 0 for built-in rules nobody ever switched and for rules of the file. */
  readonly version: number;
  readonly updatedUs: number | null;
  readonly updatedBy: string | null;
}

/** A rule the engine ships. */
export interface BuiltInRule {
  readonly name: string;
  readonly pattern: string;
  readonly placeholder: string;
  readonly description: string;
  readonly enabledByDefault: boolean;
}

/** A rule of the configuration file. */
export interface FileRule {
  readonly name: string;
  readonly pattern: string;
  readonly placeholder?: string | undefined;
}

/** What marks a match of `name` when a rule states nothing else. */
export function defaultPlaceholder(name: string): string {
  return `[REDACTED:${name}]`;
}

/** The built-in `rule` in its stored state. */
export function builtInView(rule: BuiltInRule, state: BuiltInRuleState | undefined): Rule {
  return {
    id: `built_in:${rule.name}`,
    source: 'built_in',
    name: rule.name,
    pattern: rule.pattern,
    placeholder: rule.placeholder,
    description: rule.description,
    enabled: state?.enabled ?? rule.enabledByDefault,
    version: state?.version ?? 0,
    updatedUs: state?.updatedUs ?? null,
    updatedBy: state?.updatedBy ?? null,
  };
}

/** The rule of the configuration file as a page shows it: always on, never changed here. */
export function fileView(rule: FileRule): Rule {
  return {
    id: `config:${rule.name}`,
    source: 'config',
    name: rule.name,
    pattern: rule.pattern,
    placeholder: rule.placeholder ?? defaultPlaceholder(rule.name),
    description: 'From the configuration file.',
    enabled: true,
    version: 0,
    updatedUs: null,
    updatedBy: null,
  };
}

/** The stored custom rule as a page shows it. */
export function customView(rule: StoredRule): Rule {
  return {
    id: `custom:${rule.id}`,
    source: 'custom',
    name: rule.name,
    pattern: rule.pattern,
    placeholder: rule.placeholder,
    description: rule.description,
    enabled: rule.enabled,
    version: rule.version,
    updatedUs: rule.updatedUs,
    updatedBy: rule.updatedBy,
  };
}

export type RuleKey =
  | { readonly source: 'built_in' | 'config'; readonly name: string }
  | { readonly source: 'custom'; readonly id: number };

/** Takes the id of a rule apart; null for what is none. */
export function parseRuleId(id: string): RuleKey | null {
  const match = /^(built_in|config|custom):([a-z0-9_]{1,64})$/.exec(id);
  if (match === null) return null;
  const [, source, rest] = match;
  if (rest === undefined) return null;
  if (source === 'built_in' || source === 'config') return { source, name: rest };
  const number = Number(rest);
  return Number.isSafeInteger(number) && number > 0 ? { source: 'custom', id: number } : null;
}
