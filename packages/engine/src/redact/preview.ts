import type { RedactionConfig } from './config.ts';
import { selectRules } from './rule-set.ts';
import { contentMarker, createMarkerKey } from './marker.ts';
import { createTextRedactor } from './text.ts';

export interface RedactionPreview {
  readonly text: string;
  readonly findings: readonly { readonly rule: string; readonly count: number }[];
}

/**
 * What a configuration makes of a pasted text, by the same code that redacts events. Throws `RedactionConfigError` when a
 * custom rule cannot be used.
 */
export function previewRedaction(text: string, config: RedactionConfig): RedactionPreview {
  const rules = selectRules(config);
  if (config.mode === 'full') return { text, findings: [] };
  if (config.mode === 'minimal') {
    return { text: contentMarker(text, createMarkerKey()), findings: [{ rule: 'full_content', count: 1 }] };
  }
  const result = createTextRedactor(rules).redact(text);
  return { text: result.text, findings: [...result.counts].map(([rule, count]) => ({ rule, count })) };
}
