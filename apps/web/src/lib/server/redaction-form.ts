import { fail, redirect, type ActionFailure } from '@sveltejs/kit';
import {
  RedactionPreviewRun,
  type CreateRedactionRuleResult,
  type RedactionPreviewRunResult,
  type RedactionRuleInput,
} from '../gen/documents.ts';
import { GraphQlError, type FieldError } from '../graphql/request.ts';
import type { RuleRow } from '../graphql/rows.ts';
import { readFields } from './form.ts';
import { askServer } from './graphql.ts';
import type { Platform } from './platform.ts';

type RuleResult = CreateRedactionRuleResult['createRedactionRule'];

/** What the rule form shows after it was sent and not accepted, or after a preview: all that was typed, and why. */
export interface RuleFormState extends Record<string, unknown> {
  readonly values: RuleFormValues;
  readonly errors: readonly FieldError[];
  readonly conflict: { readonly message: string; readonly current: RuleRow } | null;
  readonly preview: RedactionPreviewRunResult['redactionPreview'] | null;
}

export interface RuleFormValues extends RedactionRuleInput {
  readonly description: string;
  readonly version: number;
  readonly sample: string;
}

/** Reads the rule form; a number that is none becomes 0, which no rule has as its version. */
export async function readRuleForm(request: Request): Promise<RuleFormValues> {
  const form = await request.formData();
  const fields = readFields(form, ['name', 'description', 'pattern', 'placeholder', 'version', 'sample']);
  const version = Number.parseInt(fields.version, 10);
  return {
    ...fields,
    name: fields.name.trim(),
    version: Number.isNaN(version) ? 0 : version,
    enabled: form.get('enabled') === 'on',
  };
}

/** The part of the form that is the rule. */
export function ruleInput(values: RuleFormValues): RedactionRuleInput {
  const { name, description, pattern, placeholder, enabled } = values;
  return { name, description, pattern, placeholder, enabled };
}

/** Goes back to the list when the rule was accepted; otherwise the form with what was typed and what is wrong. */
export function finishRule(
  result: RuleResult,
  values: RuleFormValues,
  done: string,
): ActionFailure<RuleFormState> {
  if (result.__typename === 'RedactionRule') {
    const query = new URLSearchParams({ done, rule: result.name });
    redirect(303, `/redaction?${query.toString()}`);
  }
  if (result.__typename === 'VersionConflict') {
    const { message, current } = result;
    return fail(409, {
      values: { ...values, version: current.version },
      errors: [],
      conflict: { message, current },
      preview: null,
    });
  }
  return fail(400, { values, errors: result.errors, conflict: null, preview: null });
}

/** Tries the rule on the pasted text without saving either; a rule that can't be tried says why at its expression. */
export async function previewRule(
  platform: Platform,
  values: RuleFormValues,
): Promise<RuleFormState | ActionFailure<RuleFormState>> {
  try {
    const { redactionPreview } = await askServer(platform, RedactionPreviewRun, {
      text: values.sample,
      rule: { ...ruleInput(values), enabled: true },
    });
    return { values, errors: [], conflict: null, preview: redactionPreview };
  } catch (cause) {
    if (!(cause instanceof GraphQlError)) throw cause;
    const errors =
      cause.fields.length > 0 ? cause.fields : [{ field: 'pattern', message: cause.message, column: null }];
    return fail(400, { values, errors, conflict: null, preview: null });
  }
}
