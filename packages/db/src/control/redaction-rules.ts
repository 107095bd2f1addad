import type { Kysely } from 'kysely';
import type { ControlDatabase } from '../schema/control-database.ts';
import { insertAudit, type ControlContext } from './audit.ts';
import type { Actor, RedactionRule, RedactionRuleInput, RuleChange } from './types.ts';

const columns = [
  'id',
  'name',
  'pattern',
  'placeholder',
  'description',
  'enabled',
  'version',
  'updated_us as updatedUs',
  'updated_by as updatedBy',
] as const;

type RuleRow = Omit<RedactionRule, 'enabled'> & { readonly enabled: number };

const toRule = (row: RuleRow): RedactionRule => ({ ...row, enabled: row.enabled === 1 });

/** What the audit log keeps of a rule. */
const toInput = ({
  name,
  pattern,
  placeholder,
  description,
  enabled,
}: RedactionRule): RedactionRuleInput => ({
  name,
  pattern,
  placeholder,
  description,
  enabled,
});

const toRow = (
  input: RedactionRuleInput,
): Omit<RedactionRuleInput, 'enabled'> & { readonly enabled: number } => ({
  name: input.name,
  pattern: input.pattern,
  placeholder: input.placeholder,
  description: input.description,
  enabled: Number(input.enabled),
});

interface Change {
  readonly id: number;
  readonly version: number;
}

/** Custom rules by name. */
export async function findRedactionRules({ db }: ControlContext): Promise<readonly RedactionRule[]> {
  const rows = await db.selectFrom('redaction_rules').select(columns).orderBy('name').execute();
  return rows.map(toRule);
}

async function findById(db: Kysely<ControlDatabase>, id: number): Promise<RedactionRule | null> {
  const row = await db.selectFrom('redaction_rules').select(columns).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toRule(row);
}

/** One custom rule; null when there is none. */
export async function findRedactionRule({ db }: ControlContext, id: number): Promise<RedactionRule | null> {
  return await findById(db, id);
}

/** True when another rule than `id` has the name, case ignored. */
async function isNameTaken(db: Kysely<ControlDatabase>, name: string, id: number | null): Promise<boolean> {
  const row = await db.selectFrom('redaction_rules').select('id').where('name', '=', name).executeTakeFirst();
  return row !== undefined && row.id !== id;
}

/** Adds a rule and its audit entry. */
export async function createRedactionRule(
  { db, nowUs }: ControlContext,
  input: RedactionRuleInput,
  by: Actor,
): Promise<RuleChange> {
  return await db.transaction().execute(async (tx): Promise<RuleChange> => {
    if (await isNameTaken(tx, input.name, null)) return { kind: 'name_taken' };
    const row = await tx
      .insertInto('redaction_rules')
      .values({ ...toRow(input), version: 1, updated_us: nowUs(), updated_by: by.name })
      .returning(columns)
      .executeTakeFirstOrThrow();
    const rule = toRule(row);
    const entry = { actor: by, action: 'redaction_rule.create', target: rule.name, after: toInput(rule) };
    await insertAudit(tx, entry, nowUs());
    return { kind: 'saved', rule };
  });
}

/** Runs a change on the current rule if it is the version the change was made from. */
async function changeRule(
  { db }: ControlContext,
  change: Change,
  apply: (tx: Kysely<ControlDatabase>, current: RedactionRule) => Promise<RuleChange>,
): Promise<RuleChange> {
  return await db.transaction().execute(async (tx): Promise<RuleChange> => {
    const current = await findById(tx, change.id);
    if (current === null) return { kind: 'not_found' };
    if (current.version !== change.version) return { kind: 'conflict', current };
    return await apply(tx, current);
  });
}

/** Replaces a rule. */
export async function updateRedactionRule(
  context: ControlContext,
  change: Change & { readonly input: RedactionRuleInput },
  by: Actor,
): Promise<RuleChange> {
  return await changeRule(context, change, async (tx, current) => {
    if (await isNameTaken(tx, change.input.name, current.id)) return { kind: 'name_taken' };
    const row = await tx
      .updateTable('redaction_rules')
      .set({
        ...toRow(change.input),
        version: current.version + 1,
        updated_us: context.nowUs(),
        updated_by: by.name,
      })
      .where('id', '=', current.id)
      .returning(columns)
      .executeTakeFirstOrThrow();
    const rule = toRule(row);
    const entry = { actor: by, action: 'redaction_rule.update', target: rule.name };
    await insertAudit(tx, { ...entry, before: toInput(current), after: toInput(rule) }, context.nowUs());
    return { kind: 'saved', rule };
  });
}

/** Switches a rule on or off. */
export async function setRedactionRuleEnabled(
  context: ControlContext,
  change: Change & { readonly enabled: boolean },
  by: Actor,
): Promise<RuleChange> {
  return await changeRule(context, change, async (tx, current) => {
    const row = await tx
      .updateTable('redaction_rules')
      .set({
        enabled: Number(change.enabled),
        version: current.version + 1,
        updated_us: context.nowUs(),
        updated_by: by.name,
      })
      .where('id', '=', current.id)
      .returning(columns)
      .executeTakeFirstOrThrow();
    const action = change.enabled ? 'redaction_rule.enable' : 'redaction_rule.disable';
    const entry = { actor: by, action, target: current.name };
    const after = { enabled: change.enabled };
    await insertAudit(tx, { ...entry, before: { enabled: current.enabled }, after }, context.nowUs());
    return { kind: 'saved', rule: toRule(row) };
  });
}

/** Removes a rule; the result carries it as it last was. */
export async function deleteRedactionRule(
  context: ControlContext,
  change: Change,
  by: Actor,
): Promise<RuleChange> {
  return await changeRule(context, change, async (tx, current) => {
    await tx.deleteFrom('redaction_rules').where('id', '=', current.id).execute();
    const entry = {
      actor: by,
      action: 'redaction_rule.delete',
      target: current.name,
      before: toInput(current),
    };
    await insertAudit(tx, entry, context.nowUs());
    return { kind: 'saved', rule: current };
  });
}
