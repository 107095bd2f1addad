/** From a configuration to the rules that run. */
import { builtInRules } from './built-in-rules.ts';
import type { RedactionConfig } from './config.ts';
import { compilePattern, customRule } from './custom-rule.ts';
import type { Rule } from './rule.ts';

/** A custom rule that cannot be used; `code` is constant, `column` is 1-based within the pattern. */
export class RedactionConfigError extends Error {
  readonly code = 'REDACTION_BAD_RULE';
  readonly rule: string;
  readonly field: 'name' | 'pattern' | 'placeholder';
  readonly column: number | undefined;

  constructor(rule: string, field: 'name' | 'pattern' | 'placeholder', message: string, column?: number) {
    super(`redaction rule "${rule}": ${message}`);
    this.name = 'RedactionConfigError';
    this.rule = rule;
    this.field = field;
    this.column = column;
  }
}

const maxNameChars = 64;
const maxPlaceholderChars = 100;

/** The enabled built-in rules, then the custom ones; throws `RedactionConfigError` for a rule that cannot be used. */
export function selectRules(config: RedactionConfig): readonly Rule[] {
  const disabled = new Set(config.disabledBuiltIns);
  const enabled = new Set(config.enabledBuiltIns);
  const builtIn = builtInRules.filter(
    (rule) => !disabled.has(rule.name) && (rule.enabledByDefault || enabled.has(rule.name)),
  );
  const custom = config.custom.map((rule) => {
    if (rule.name === '' || rule.name.length > maxNameChars) {
      throw new RedactionConfigError(rule.name, 'name', `the name must have 1 to ${maxNameChars} characters`);
    }
    if (rule.placeholder === '' || rule.placeholder.length > maxPlaceholderChars) {
      const message = `the placeholder must have 1 to ${maxPlaceholderChars} characters`;
      throw new RedactionConfigError(rule.name, 'placeholder', message);
    }
    const compiled = compilePattern(rule.pattern);
    if (!compiled.ok) throw new RedactionConfigError(rule.name, 'pattern', compiled.message, compiled.column);
    return customRule(rule, compiled.pattern);
  });
  return [...builtIn, ...custom];
}
