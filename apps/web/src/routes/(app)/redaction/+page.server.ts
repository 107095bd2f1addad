import { error, fail, redirect } from '@sveltejs/kit';
import { RedactionRules, SetRedactionRuleEnabled } from '#lib/gen/documents.ts';
import { readFields } from '#lib/server/form.ts';
import { runOperation } from '#lib/server/graphql.ts';
import type { Actions, PageServerLoad } from './$types';

const doneWords = ['created', 'changed', 'deleted', 'enabled', 'disabled'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { redactionMode, redactionRules } = await runOperation(locals.platform, RedactionRules, {});
  const done = doneWords.find((word) => word === url.searchParams.get('done'));
  const rule = url.searchParams.get('rule') ?? '';
  return {
    mode: redactionMode,
    rules: redactionRules,
    done: done === undefined ? null : { word: done, rule },
  };
};

export const actions: Actions = {
  toggle: async ({ locals, request }) => {
    if (locals.platform.viewer?.role === 'viewer') error(403, 'Viewers may not change redaction rules.');
    const fields = readFields(await request.formData(), ['id', 'version', 'enabled']);
    const enabled = fields.enabled === 'true';
    const { setRedactionRuleEnabled: result } = await runOperation(locals.platform, SetRedactionRuleEnabled, {
      id: fields.id,
      version: Number.parseInt(fields.version, 10),
      enabled,
    });
    if (result.__typename === 'VersionConflict') {
      return fail(409, { message: `${result.message} The list below is up to date.` });
    }
    if (result.__typename === 'InvalidInput') {
      return fail(400, { message: result.errors.map((each) => each.message).join(' ') });
    }
    const query = new URLSearchParams({ done: enabled ? 'enabled' : 'disabled', rule: result.name });
    redirect(303, `/redaction?${query.toString()}`);
  },
};
