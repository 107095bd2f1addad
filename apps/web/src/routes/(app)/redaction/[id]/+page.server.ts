import { error } from '@sveltejs/kit';
import { DeleteRedactionRule, RedactionRulePage, UpdateRedactionRule } from '#lib/gen/documents.ts';
import { runOperation } from '#lib/server/graphql.ts';
import { finishRule, previewRule, readRuleForm, ruleInput } from '#lib/server/redaction-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { redactionRule } = await runOperation(locals.platform, RedactionRulePage, { id: params.id });
  if (redactionRule === null) error(404, 'There is no such rule: it may have been deleted.');
  const { name, description, pattern, placeholder, enabled, version } = redactionRule;
  return {
    rule: redactionRule,
    values: { name, description, pattern, placeholder, enabled, version, sample: '' },
  };
};

export const actions: Actions = {
  save: async ({ locals, request, params }) => {
    const values = await readRuleForm(request);
    const { updateRedactionRule } = await runOperation(locals.platform, UpdateRedactionRule, {
      id: params.id,
      version: values.version,
      input: ruleInput(values),
    });
    return finishRule(updateRedactionRule, values, 'changed');
  },
  delete: async ({ locals, request, params }) => {
    const values = await readRuleForm(request);
    const { deleteRedactionRule } = await runOperation(locals.platform, DeleteRedactionRule, {
      id: params.id,
      version: values.version,
    });
    return finishRule(deleteRedactionRule, values, 'deleted');
  },
  preview: async ({ locals, request }) => previewRule(locals.platform, await readRuleForm(request)),
};
