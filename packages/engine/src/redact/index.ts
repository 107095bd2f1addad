/** Redaction as the web form needs it: to list rules, to check a pattern, to try a configuration on a text. */
export { builtInRules } from './built-in-rules.ts';
export { defaultRedactionConfig, type CustomRuleConfig, type RedactionConfig } from './config.ts';
export { compilePattern, type PatternResult } from './custom-rule.ts';
export { previewRedaction, type RedactionPreview } from './preview.ts';
export { RedactionConfigError } from './rule-set.ts';
export type { Rule } from './rule.ts';
