import { Lucia, TimeSpan, type Adapter, type Cookie, type DatabaseSession } from 'lucia';
import type { ControlStore, Role, Session, User } from '@eyrie/db';
import { hashToken } from './token-hash.ts';
import type { Viewer } from './viewer.ts';

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<object, Omit<Viewer, 'id'>>;
    DatabaseUserAttributes: { name: string; role: Role };
    DatabaseSessionAttributes: { lastIp: string | null; userAgent: string | null };
  }
}

export interface SessionSettings {
  /** A session ends after this many days without use. */
  readonly sessionDays: number;
  /** Whether the public origin is https. */
  readonly secure: boolean;
}

export interface SignedIn {
  readonly viewer: Viewer;
  readonly sessionId: string;
  /** Set when the session was prolonged and the browser should keep its cookie longer. */
  readonly cookie: Cookie | null;
}

/** Sessions: the only place that knows Lucia, which its author no longer develops, so that it can be replaced. */
export interface Sessions {
  /** Begins a session and returns the cookie that carries it. */
  begin(userId: string, client: SessionClient): Promise<Cookie>;
  /** Who holds the session in this Cookie header; null when there is none or it ended. */
  read(cookieHeader: string | null): Promise<SignedIn | null>;
  /** Ends one session and returns the cookie that clears it in the browser. */
  end(sessionId: string): Promise<Cookie>;
  /** Deletes ended sessions from the store. */
  sweep(): Promise<void>;
}

export interface SessionClient {
  readonly address: string;
  readonly userAgent: string | null;
}

/** `__Host-` makes browsers refuse the cookie unless it is Secure, host-only and for the whole site; it needs https. */
function cookieName(secure: boolean): string {
  return secure ? '__Host-eyrie_session' : 'eyrie_session';
}

/** Opens sessions kept in `store`; ids are stored as SHA-256, so a copy of the database opens no session. */
export function createSessions(store: ControlStore, settings: SessionSettings): Sessions {
  const lucia = new Lucia(createAdapter(store), {
    sessionExpiresIn: new TimeSpan(settings.sessionDays, 'd'),
    sessionCookie: {
      name: cookieName(settings.secure),
      attributes: { secure: settings.secure, sameSite: 'lax', path: '/' },
    },
    getUserAttributes: ({ name, role }) => ({ name, role }),
  });
  return {
    async begin(userId, client) {
      const session = await lucia.createSession(userId, {
        lastIp: client.address,
        userAgent: client.userAgent,
      });
      return lucia.createSessionCookie(session.id);
    },
    async read(cookieHeader) {
      const sessionId = findCookie(cookieHeader ?? '', lucia.sessionCookieName);
      if (sessionId === null) return null;
      const { session, user } = await lucia.validateSession(sessionId);
      if (session === null) return null;
      const cookie = session.fresh ? lucia.createSessionCookie(sessionId) : null;
      return { viewer: { id: user.id, name: user.name, role: user.role }, sessionId, cookie };
    },
    async end(sessionId) {
      await lucia.invalidateSession(sessionId);
      return lucia.createBlankSessionCookie();
    },
    async sweep() {
      await lucia.deleteExpiredSessions();
    },
  };
}

/**
 * The session id in a Cookie header. Lucia's own reader decodes every cookie and throws for a malformed one, which any
 * program on the same host can set: it would lock the user out.
 */
function findCookie(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const [key, value] = pair.split('=', 2);
    // Lucia's ids are 40 characters of base 32.
    if (key?.trim() === name && /^[a-z0-9]{40}$/.test(value?.trim() ?? '')) return value?.trim() ?? null;
  }
  return null;
}

/** Lucia sees session ids as the browser holds them, except in lists; the store only ever sees their hashes. */
function createAdapter(store: ControlStore): Adapter {
  return {
    async getSessionAndUser(sessionId) {
      const found = await store.getSessionAndUser(hashToken(sessionId));
      if (found === null) return [null, null];
      return [toDatabaseSession(found.session, sessionId), toDatabaseUser(found.user)];
    },
    async getUserSessions(userId) {
      const sessions = await store.getUserSessions(userId);
      return sessions.map((session) => toDatabaseSession(session, session.id));
    },
    async setSession(session) {
      await store.setSession({
        id: hashToken(session.id),
        userId: session.userId,
        expiresUs: session.expiresAt.getTime() * 1000,
        createdUs: Date.now() * 1000,
        ...session.attributes,
      });
    },
    async updateSessionExpiration(sessionId, expiresAt) {
      await store.updateSessionExpiration(hashToken(sessionId), expiresAt.getTime() * 1000);
    },
    async deleteSession(sessionId) {
      await store.deleteSession(hashToken(sessionId));
    },
    async deleteUserSessions(userId) {
      await store.deleteUserSessions(userId);
    },
    async deleteExpiredSessions() {
      await store.deleteExpiredSessions(Date.now() * 1000);
    },
  };
}

function toDatabaseSession(session: Session, id: string): DatabaseSession {
  return {
    id,
    userId: session.userId,
    expiresAt: new Date(session.expiresUs / 1000),
    attributes: { lastIp: session.lastIp, userAgent: session.userAgent },
  };
}

function toDatabaseUser(user: User): { id: string; attributes: { name: string; role: Role } } {
  return { id: user.id, attributes: { name: user.name, role: user.role } };
}
