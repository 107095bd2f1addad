import type { RedactionConfig } from '@eyrie/engine/redact';
import type { Config } from '../config/schema.ts';
import { defaultPlaceholder } from '../rules/rule.ts';

/** What the configuration file alone says about redaction: for commands that open no store, and so know no rules made by form. */
export function toRedactionConfig({ redaction }: Config): RedactionConfig {
  return {
    mode: redaction.mode,
    disabledBuiltIns: [],
    custom: redaction.patterns.map(({ name, pattern, placeholder }) => ({
      name,
      pattern,
      placeholder: placeholder ?? defaultPlaceholder(name),
    })),
  };
}
