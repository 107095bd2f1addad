import { error } from '@sveltejs/kit';
import { CreateRedactionRule } from '#lib/gen/documents.ts';
import { runOperation } from '#lib/server/graphql.ts';
import { finishRule, previewRule, readRuleForm, ruleInput } from '#lib/server/redaction-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
  if (locals.platform.viewer?.role === 'viewer') error(403, 'Viewers may not add redaction rules.');
  return {
    values: {
      name: '',
      description: '',
      pattern: '',
      placeholder: '',
      enabled: true,
      version: 0,
      sample: '',
    },
  };
};

export const actions: Actions = {
  save: async ({ locals, request }) => {
    const values = await readRuleForm(request);
    const { createRedactionRule } = await runOperation(locals.platform, CreateRedactionRule, {
      input: ruleInput(values),
    });
    return finishRule(createRedactionRule, values, 'created');
  },
  preview: async ({ locals, request }) => previewRule(locals.platform, await readRuleForm(request)),
};
