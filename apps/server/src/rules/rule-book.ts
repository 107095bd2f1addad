import type { BuiltInRuleState, RedactionRule as StoredRule } from '@eyrie/db';
import type { RedactionConfig } from '@eyrie/engine/redact';
import { builtInView, customView, fileView } from './rule.ts';
import type { BuiltInRule, FileRule, Rule } from './rule.ts';
import type { RuleInput } from './validate-rule.ts';

export interface RuleSources {
  readonly builtInRules: readonly BuiltInRule[];
  readonly states: readonly BuiltInRuleState[];
  readonly file: readonly FileRule[];
  readonly custom: readonly StoredRule[];
}

/** All rules at one moment; a change makes a new book and leaves this one as it is. */
export class RuleBook {
  readonly rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
  }

  find(id: string): Rule | undefined {
    return this.rules.find((rule) => rule.id === id);
  }

  /** Names in use, without that of the rule `exceptId`. */
  names(exceptId?: string): ReadonlySet<string> {
    return new Set(this.rules.filter((rule) => rule.id !== exceptId).map((rule) => rule.name));
  }

  /** A name two rules have, or null. */
  duplicateName(): string | null {
    const seen = new Set<string>();
    for (const { name } of this.rules) {
      if (seen.has(name)) return name;
      seen.add(name);
    }
    return null;
  }

  /** The book with `input` in place of the custom rule `id`, or added when `id` is null. */
  withCustom(id: string | null, input: RuleInput): RuleBook {
    if (id !== null) return this.#map(id, (rule) => ({ ...rule, ...input }));
    const added = {
      id: 'custom:new',
      source: 'custom',
      version: 0,
      updatedUs: null,
      updatedBy: null,
    } as const;
    return new RuleBook([...this.rules, { ...added, ...input }]);
  }

  withEnabled(id: string, enabled: boolean): RuleBook {
    return this.#map(id, (rule) => ({ ...rule, enabled }));
  }

  withBuiltInState(state: BuiltInRuleState): RuleBook {
    const { enabled, version, updatedUs, updatedBy } = state;
    return this.#map(`built_in:${state.name}`, (rule) => ({
      ...rule,
      enabled,
      version,
      updatedUs,
      updatedBy,
    }));
  }

  without(id: string): RuleBook {
    return new RuleBook(this.rules.filter((rule) => rule.id !== id));
  }

  #map(id: string, change: (rule: Rule) => Rule): RuleBook {
    return new RuleBook(this.rules.map((rule) => (rule.id === id ? change(rule) : rule)));
  }
}

/** Puts the rules of all sources in the order pages show them: built in, from the file, custom. */
export function createRuleBook(sources: RuleSources): RuleBook {
  const states = new Map(sources.states.map((state) => [state.name, state]));
  return new RuleBook([
    ...sources.builtInRules.map((rule) => builtInView(rule, states.get(rule.name))),
    ...sources.file.map(fileView),
    ...sources.custom.map(customView),
  ]);
}

/** What the redactor is given for `book`: each built-in by name, as it is switched, and every other rule that is on. */
export function toRedactionConfig(mode: RedactionConfig['mode'], book: RuleBook): RedactionConfig {
  const builtIns = book.rules.filter((rule) => rule.source === 'built_in');
  return {
    mode,
    // Built-in rules that are off by default are not harmed by being named here, and the other way round.
    disabledBuiltIns: builtIns.filter((rule) => !rule.enabled).map((rule) => rule.name),
    enabledBuiltIns: builtIns.filter((rule) => rule.enabled).map((rule) => rule.name),
    custom: book.rules
      .filter((rule) => rule.source !== 'built_in' && rule.enabled)
      .map(({ name, pattern, placeholder }) => ({ name, pattern, placeholder })),
  };
}
