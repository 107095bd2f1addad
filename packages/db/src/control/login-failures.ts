import type { ControlContext } from './audit.ts';
import type { LoginFailures } from './types.ts';

/** Failures counted for a key; null when there are none. */
export async function findLoginFailures({ db }: ControlContext, key: string): Promise<LoginFailures | null> {
  const row = await db
    .selectFrom('login_failures')
    .select(['failures', 'last_failure_us as lastFailureUs'])
    .where('key', '=', key)
    .executeTakeFirst();
  return row ?? null;
}

/** Counts one failure and returns the streak; one older than `windowUs` starts again at one. */
export async function recordLoginFailure(
  { db }: ControlContext,
  key: string,
  time: { readonly nowUs: number; readonly windowUs: number },
): Promise<LoginFailures> {
  return await db
    .insertInto('login_failures')
    .values({ key, failures: 1, last_failure_us: time.nowUs })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => ({
        failures: eb
          .case()
          .when('login_failures.last_failure_us', '<', time.nowUs - time.windowUs)
          .then(1)
          .else(eb('login_failures.failures', '+', 1))
          .end(),
        last_failure_us: time.nowUs,
      })),
    )
    .returning(['failures', 'last_failure_us as lastFailureUs'])
    .executeTakeFirstOrThrow();
}

/** Forgets the failures of a key, after a log-in that worked. */
export async function clearLoginFailures({ db }: ControlContext, key: string): Promise<void> {
  await db.deleteFrom('login_failures').where('key', '=', key).execute();
}

/** Removes streaks whose last failure is before a time; returns how many. */
export async function deleteLoginFailuresBefore({ db }: ControlContext, beforeUs: number): Promise<number> {
  const result = await db
    .deleteFrom('login_failures')
    .where('last_failure_us', '<', beforeUs)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
