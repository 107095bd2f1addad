import { GraphQLError } from 'graphql';
import type { PreviewFinding } from '../../rules/previewer.ts';
import type { PreviewOutcome } from '../../rules/rule-service.ts';
import { builder } from '../builder.ts';
import { readRuleInput, RedactionRuleInput } from './redaction-rule.ts';

interface Preview {
  readonly text: string;
  readonly findings: readonly PreviewFinding[];
}

const Finding = builder.objectRef<PreviewFinding>('RedactionPreviewFinding').implement({
  fields: (t) => ({
    count: t.exposeInt('count'),
    rule: t.exposeString('rule'),
  }),
});

const RedactionPreview = builder.objectRef<Preview>('RedactionPreview').implement({
  fields: (t) => ({
    findings: t.field({ type: [Finding], resolve: ({ findings }) => [...findings] }),
    text: t.exposeString('text', { description: 'The text as it would be stored.' }),
  }),
});

function refused(code: string, message: string, more: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...more } });
}

/** The preview, or the error that says why there is none; problems of the draft are in `extensions.errors`, by field. */
function previewed(outcome: PreviewOutcome): Preview {
  switch (outcome.kind) {
    case 'previewed':
      return outcome;
    case 'invalid': {
      const first = outcome.errors[0];
      const message = first === undefined ? 'The draft is not valid.' : `${first.field}: ${first.message}`;
      throw refused('BAD_USER_INPUT', message, { errors: outcome.errors });
    }
    case 'timeout':
      throw refused(
        'PREVIEW_TIMEOUT',
        `The rules took longer than ${outcome.afterMs} ms on this text. Shorten the text, or lower the counts in the expression.`,
      );
    case 'busy':
      throw refused('PREVIEW_BUSY', 'Too many previews are running. Try again in a moment.');
    case 'failed':
      throw new Error(`redaction preview failed: ${outcome.message}`);
  }
}

builder.queryFields((t) => ({
  redactionPreview: t.field({
    type: RedactionPreview,
    description:
      'What the rules in force, and the draft rule with them, make of a text of up to 100 000 characters.',
    authScopes: { viewer: true },
    args: {
      rule: t.arg({ type: RedactionRuleInput }),
      text: t.arg.string({ required: true }),
    },
    complexity: 100,
    resolve: async (_root, { rule, text }, { rules }) =>
      previewed(await rules.preview(text, rule === null || rule === undefined ? null : readRuleInput(rule))),
  }),
}));
