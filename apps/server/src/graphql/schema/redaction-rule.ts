import { builder } from '../builder.ts';
import type { GraphqlContext } from '../context.ts';
import { refusal } from '../errors.ts';
import type { Rule } from '../../rules/rule.ts';
import type { RuleOutcome } from '../../rules/rule-service.ts';
import type { FieldProblem, RuleInput } from '../../rules/validate-rule.ts';
import { formatTimeOrNull } from '../time.ts';

class InvalidInput extends Error {
  readonly errors: readonly FieldProblem[];

  constructor(errors: readonly FieldProblem[]) {
    super('The input is not valid.');
    this.errors = errors;
  }
}

class VersionConflict extends Error {
  readonly current: Rule;

  constructor(current: Rule) {
    const by = current.updatedBy === null ? '' : ` by ${current.updatedBy}`;
    super(`This rule was changed${by} in the meantime. Look at its present form and try again.`);
    this.current = current;
  }
}

const RedactionRule = builder.objectRef<Rule>('RedactionRule').implement({
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'pattern' in value,
  fields: (t) => ({
    builtIn: t.boolean({ resolve: ({ source }) => source === 'built_in' }),
    description: t.exposeString('description'),
    enabled: t.exposeBoolean('enabled'),
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    pattern: t.exposeString('pattern'),
    placeholder: t.exposeString('placeholder'),
    source: t.exposeString('source', {
      description:
        'built_in: can only be switched on and off; config: from the configuration file, changed only there; custom.',
    }),
    updatedAt: t.string({ nullable: true, resolve: ({ updatedUs }) => formatTimeOrNull(updatedUs) }),
    updatedBy: t.exposeString('updatedBy', { nullable: true }),
    version: t.exposeInt('version', { description: 'To be given back with a change of the rule.' }),
  }),
});

const FieldError = builder.objectRef<FieldProblem>('FieldError').implement({
  fields: (t) => ({
    column: t.exposeInt('column', { nullable: true, description: '1-based place in the text of the field.' }),
    field: t.exposeString('field'),
    message: t.exposeString('message'),
  }),
});

builder.objectType(InvalidInput, {
  name: 'InvalidInput',
  fields: (t) => ({ errors: t.field({ type: [FieldError], resolve: ({ errors }) => [...errors] }) }),
});

builder.objectType(VersionConflict, {
  name: 'VersionConflict',
  fields: (t) => ({
    current: t.field({ type: RedactionRule, resolve: ({ current }) => current }),
    message: t.exposeString('message'),
  }),
});

const RedactionRuleResult = builder.errorUnion('RedactionRuleResult', {
  types: [InvalidInput, RedactionRule, VersionConflict],
});

/** What the rule form sends. */
export const RedactionRuleInput = builder.inputType('RedactionRuleInput', {
  fields: (t) => ({
    description: t.string(),
    enabled: t.boolean({ required: true }),
    name: t.string({ required: true }),
    pattern: t.string({ required: true }),
    placeholder: t.string({ required: true }),
  }),
});

/** The input with its optional fields filled in. */
export function readRuleInput(input: typeof RedactionRuleInput.$inferInput): RuleInput {
  const { name, pattern, placeholder, enabled } = input;
  return { name, pattern, placeholder, enabled, description: input.description ?? '' };
}

/** The rule of a change that was made; otherwise throws the member of the union that says why not. */
function savedRule(outcome: RuleOutcome): Rule {
  switch (outcome.kind) {
    case 'saved':
      return outcome.rule;
    case 'invalid':
      throw new InvalidInput(outcome.errors);
    case 'conflict':
      throw new VersionConflict(outcome.current);
  }
}

/** Who changes something, for the audit log. */
function actorOf({ viewer, clientAddress }: GraphqlContext): { name: string; ip: string } {
  if (viewer === null) throw refusal(false, 'mutation');
  return { name: viewer.name, ip: clientAddress };
}

builder.queryFields((t) => ({
  redactionMode: t.string({
    authScopes: { viewer: true },
    resolve: (_root, _args, { rules }) => rules.mode(),
  }),
  redactionRule: t.field({
    type: RedactionRule,
    nullable: true,
    authScopes: { viewer: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rules }) => rules.find(id),
  }),
  redactionRules: t.field({
    type: [RedactionRule],
    authScopes: { viewer: true },
    resolve: async (_root, _args, { rules }) => [...(await rules.list())],
  }),
}));

builder.mutationFields((t) => ({
  createRedactionRule: t.field({
    type: RedactionRuleResult,
    authScopes: { operator: true },
    args: { input: t.arg({ type: RedactionRuleInput, required: true }) },
    resolve: async (_root, { input }, context) =>
      savedRule(await context.rules.create(readRuleInput(input), actorOf(context))),
  }),
  deleteRedactionRule: t.field({
    type: RedactionRuleResult,
    description: 'Answers with the rule as it last was.',
    authScopes: { operator: true },
    args: { id: t.arg.id({ required: true }), version: t.arg.int({ required: true }) },
    resolve: async (_root, { id, version }, context) =>
      savedRule(await context.rules.remove({ id, version }, actorOf(context))),
  }),
  setRedactionRuleEnabled: t.field({
    type: RedactionRuleResult,
    authScopes: { operator: true },
    args: {
      enabled: t.arg.boolean({ required: true }),
      id: t.arg.id({ required: true }),
      version: t.arg.int({ required: true }),
    },
    resolve: async (_root, change, context) =>
      savedRule(await context.rules.setEnabled(change, actorOf(context))),
  }),
  updateRedactionRule: t.field({
    type: RedactionRuleResult,
    authScopes: { operator: true },
    args: {
      id: t.arg.id({ required: true }),
      input: t.arg({ type: RedactionRuleInput, required: true }),
      version: t.arg.int({ required: true }),
    },
    resolve: async (_root, { id, version, input }, context) =>
      savedRule(await context.rules.update({ id, version, input: readRuleInput(input) }, actorOf(context))),
  }),
}));
