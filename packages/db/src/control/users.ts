import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ControlDatabase } from '../schema/control-database.ts';
import { insertAudit, type ControlContext } from './audit.ts';
import type { Actor, FirstAdminCreation, NewUser, User, UserCreation } from './types.ts';

/** Columns of a user, with the names of `User`. */
export const userColumns = [
  'users.id',
  'users.name',
  'users.password_hash as passwordHash',
  'users.role',
  'users.totp_secret as totpSecret',
  'users.created_us as createdUs',
] as const;

/** Inserts a user; null when the name is taken. */
async function insertUser(tx: Kysely<ControlDatabase>, input: NewUser, nowUs: number): Promise<User | null> {
  const user: User = {
    id: randomUUID(),
    name: input.name,
    passwordHash: input.passwordHash,
    role: input.role,
    totpSecret: input.totpSecret ?? null,
    createdUs: nowUs,
  };
  const result = await tx
    .insertInto('users')
    .values({
      id: user.id,
      name: user.name,
      password_hash: user.passwordHash,
      role: user.role,
      totp_secret: user.totpSecret,
      created_us: user.createdUs,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n ? user : null;
}

/** Creates an account. The audit entry has its name and role, never the hash. */
export async function createUser(
  { db, nowUs }: ControlContext,
  input: NewUser,
  by: Actor,
): Promise<UserCreation> {
  return await db.transaction().execute(async (tx): Promise<UserCreation> => {
    const user = await insertUser(tx, input, nowUs());
    if (user === null) return { kind: 'name_taken' };
    const after = { name: user.name, role: user.role };
    await insertAudit(tx, { actor: by, action: 'user.create', target: user.name, after }, nowUs());
    return { kind: 'created', user };
  });
}

/** One account by id; null when there is none. */
export async function findUser({ db }: ControlContext, id: string): Promise<User | null> {
  return (await db.selectFrom('users').select(userColumns).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** One account by name, case ignored; null when there is none. */
export async function findUserByName({ db }: ControlContext, name: string): Promise<User | null> {
  return (
    (await db.selectFrom('users').select(userColumns).where('name', '=', name).executeTakeFirst()) ?? null
  );
}

/** Number of accounts. */
export async function countUsers({
  db,
}: ControlContext | { readonly db: Kysely<ControlDatabase> }): Promise<number> {
  const row = await db
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Makes `tokenHash` the only set-up token that works. */
export async function setSetupToken({ db, nowUs }: ControlContext, tokenHash: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('setup_tokens').where('used_us', 'is', null).execute();
    await tx
      .insertInto('setup_tokens')
      .values({ token_hash: tokenHash, created_us: nowUs(), used_us: null })
      .execute();
  });
}

/** True while the token is current and unused. */
export async function hasSetupToken(
  { db }: { readonly db: Kysely<ControlDatabase> },
  tokenHash: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('setup_tokens')
    .select('token_hash')
    .where('token_hash', '=', tokenHash)
    .where('used_us', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** Uses the set-up token and makes the first admin, both or neither. */
export async function createFirstAdmin(
  { db, nowUs }: ControlContext,
  request: { readonly tokenHash: string; readonly user: Omit<NewUser, 'role'>; readonly ip: string | null },
): Promise<FirstAdminCreation> {
  return await db.transaction().execute(async (tx): Promise<FirstAdminCreation> => {
    if ((await countUsers({ db: tx })) > 0) return { kind: 'already_set_up' };
    if (!(await hasSetupToken({ db: tx }, request.tokenHash))) return { kind: 'bad_token' };
    const user = await insertUser(tx, { ...request.user, role: 'admin' }, nowUs());
    if (user === null) return { kind: 'already_set_up' };
    await tx
      .updateTable('setup_tokens')
      .set({ used_us: nowUs() })
      .where('token_hash', '=', request.tokenHash)
      .execute();
    const actor: Actor = { name: user.name, ip: request.ip };
    const after = { name: user.name, role: user.role };
    await insertAudit(tx, { actor, action: 'user.create_first_admin', target: user.name, after }, nowUs());
    return { kind: 'created', user };
  });
}
