import type { ControlContext } from './audit.ts';
import type { Session, User } from './types.ts';
import { userColumns } from './users.ts';

const sessionColumns = [
  'sessions.id',
  'sessions.user_id as userId',
  'sessions.expires_us as expiresUs',
  'sessions.created_us as createdUs',
  'sessions.last_ip as lastIp',
  'sessions.user_agent as userAgent',
] as const;

/** A session and whose it is; null when there is none. Expired ones are given too: the caller decides. */
export async function getSessionAndUser(
  { db }: ControlContext,
  sessionId: string,
): Promise<{ readonly session: Session; readonly user: User } | null> {
  const session = await db
    .selectFrom('sessions')
    .select(sessionColumns)
    .where('id', '=', sessionId)
    .executeTakeFirst();
  if (session === undefined) return null;
  const user = await db
    .selectFrom('users')
    .select(userColumns)
    .where('id', '=', session.userId)
    .executeTakeFirst();
  return user === undefined ? null : { session, user };
}

/** Sessions of one account. */
export async function getUserSessions({ db }: ControlContext, userId: string): Promise<readonly Session[]> {
  return await db.selectFrom('sessions').select(sessionColumns).where('user_id', '=', userId).execute();
}

/** Stores a session. */
export async function setSession({ db }: ControlContext, session: Session): Promise<void> {
  await db
    .insertInto('sessions')
    .values({
      id: session.id,
      user_id: session.userId,
      expires_us: session.expiresUs,
      created_us: session.createdUs,
      last_ip: session.lastIp,
      user_agent: session.userAgent,
    })
    .execute();
}

/** Moves the end of a session. */
export async function updateSessionExpiration(
  { db }: ControlContext,
  sessionId: string,
  expiresUs: number,
): Promise<void> {
  await db.updateTable('sessions').set({ expires_us: expiresUs }).where('id', '=', sessionId).execute();
}

/** Ends one session. */
export async function deleteSession({ db }: ControlContext, sessionId: string): Promise<void> {
  await db.deleteFrom('sessions').where('id', '=', sessionId).execute();
}

/** Ends all sessions of an account. */
export async function deleteUserSessions({ db }: ControlContext, userId: string): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute();
}

/** Removes sessions that ended at or before a time; returns how many. */
export async function deleteExpiredSessions({ db }: ControlContext, nowUs: number): Promise<number> {
  const result = await db.deleteFrom('sessions').where('expires_us', '<=', nowUs).executeTakeFirst();
  return Number(result.numDeletedRows);
}
