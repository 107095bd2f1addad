import { insertAudit, type ControlContext } from './audit.ts';
import type { Actor } from './types.ts';

/** A setting's JSON text; null when it was never set. */
export async function getSetting({ db }: ControlContext, key: string): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value ?? null;
}

/** Sets a setting; the audit entry has the old and the new text. */
export async function setSetting(
  context: ControlContext,
  setting: { readonly key: string; readonly value: string },
  by: Actor,
): Promise<void> {
  const nowUs = context.nowUs();
  await context.db.transaction().execute(async (tx) => {
    const before = await getSetting({ ...context, db: tx }, setting.key);
    const next = { value: setting.value, updated_us: nowUs, updated_by: by.name };
    await tx
      .insertInto('settings')
      .values({ key: setting.key, ...next })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(next))
      .execute();
    const entry = { actor: by, action: 'setting.update', target: setting.key, after: setting.value };
    await insertAudit(tx, { ...entry, before: before ?? undefined }, nowUs);
  });
}
