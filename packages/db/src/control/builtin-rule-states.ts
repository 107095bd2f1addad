import { insertAudit, type ControlContext } from './audit.ts';
import type { Actor, BuiltInRuleChange, BuiltInRuleState } from './types.ts';

const columns = ['name', 'enabled', 'version', 'updated_us as updatedUs', 'updated_by as updatedBy'] as const;

type StateRow = Omit<BuiltInRuleState, 'enabled'> & { readonly enabled: number };

const toState = (row: StateRow): BuiltInRuleState => ({ ...row, enabled: row.enabled === 1 });

/** States of the built-in rules somebody switched. */
export async function findBuiltInRuleStates({ db }: ControlContext): Promise<readonly BuiltInRuleState[]> {
  const rows = await db.selectFrom('builtin_rule_states').select(columns).orderBy('name').execute();
  return rows.map(toState);
}

/** Switches a built-in rule on or off; `version` is 0 for one nobody switched before. */
export async function setBuiltInRuleEnabled(
  { db, nowUs }: ControlContext,
  change: { readonly name: string; readonly version: number; readonly enabled: boolean },
  by: Actor,
): Promise<BuiltInRuleChange> {
  return await db.transaction().execute(async (tx): Promise<BuiltInRuleChange> => {
    const row = await tx
      .selectFrom('builtin_rule_states')
      .select(columns)
      .where('name', '=', change.name)
      .executeTakeFirst();
    const current: BuiltInRuleState =
      row === undefined
        ? { name: change.name, enabled: true, version: 0, updatedUs: 0, updatedBy: '' }
        : toState(row);
    if (current.version !== change.version) return { kind: 'conflict', current };
    const next = {
      enabled: Number(change.enabled),
      version: current.version + 1,
      updated_us: nowUs(),
      updated_by: by.name,
    };
    const saved = await tx
      .insertInto('builtin_rule_states')
      .values({ name: change.name, ...next })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(next))
      .returning(columns)
      .executeTakeFirstOrThrow();
    const action = change.enabled ? 'builtin_rule.enable' : 'builtin_rule.disable';
    const entry = { actor: by, action, target: change.name };
    const after = { enabled: change.enabled };
    await insertAudit(tx, { ...entry, before: { enabled: current.enabled }, after }, nowUs());
    return { kind: 'saved', state: toState(saved) };
  });
}
