import type { ControlStore } from '@eyrie/db';
import type { Cookie } from 'lucia';
import { findAccountProblem } from './new-account.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { createSessions, type SessionClient, type SessionSettings, type SignedIn } from './sessions.ts';
import { createLoginThrottle, type ThrottleSettings } from './throttle.ts';
import { createToken, hashToken } from './token-hash.ts';

export type AuthOutcome =
  | { readonly ok: true; readonly cookie: Cookie }
  | {
      readonly ok: false;
      /** The form field at fault, when one is. */
      readonly field?: 'token' | 'name' | 'password';
      readonly message: string;
      /** Present when the refusal is a matter of time. */
      readonly retryAfterSeconds?: number;
    };

interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** What the browser of a request brings along. */
export interface AuthClient extends SessionClient {
  /** Session of this browser, which a log-in replaces. */
  readonly sessionId: string | null;
}

/** Accounts and sessions. Methods reject only when the store fails; refusals are outcomes. */
export interface Auth {
  /** True until the first administrator exists. */
  setupRequired(): boolean;
  /** Makes a new one-time set-up token, which replaces the one before; null when there already is an account. */
  issueSetupToken(): Promise<string | null>;
  setup(input: Credentials & { readonly token: string }, client: AuthClient): Promise<AuthOutcome>;
  login(input: Credentials, client: AuthClient): Promise<AuthOutcome>;
  logout(signedIn: SignedIn | null, address: string): Promise<Cookie | null>;
  /** Who holds the session in this Cookie header. */
  identify(cookieHeader: string | null): Promise<SignedIn | null>;
  /** Deletes ended sessions. */
  sweep(): Promise<void>;
  /** Sessions that made a request in the last five minutes. */
  countActiveSessions(): number;
}

export interface AuthOptions {
  readonly control: ControlStore;
  readonly sessions: SessionSettings;
  readonly throttle: ThrottleSettings;
  /** Called once the first administrator exists. */
  onSetUp?(): void;
}

const activeMs = 300_000;

/** Accounts in `control`, Argon2id passwords, Lucia sessions, throttled log-in, everything in the audit log. */
export async function createAuth(options: AuthOptions): Promise<Auth> {
  const { control } = options;
  const sessions = createSessions(control, options.sessions);
  const throttle = createLoginThrottle(options.throttle);
  const lastSeen = new Map<string, number>();
  let needsSetup = (await control.countUsers()) === 0;

  /** A session that existed before log-in is ended: its id may be known to somebody else (session fixation). */
  async function beginSession(userId: string, client: AuthClient): Promise<AuthOutcome> {
    if (client.sessionId !== null) await sessions.end(client.sessionId);
    return { ok: true, cookie: await sessions.begin(userId, client) };
  }

  /** The first account can also be made on the command line, by another process. */
  async function noticeOtherAccounts(): Promise<void> {
    if (!needsSetup || (await control.countUsers()) === 0) return;
    needsSetup = false;
    options.onSetUp?.();
  }

  return {
    setupRequired: () => needsSetup,
    countActiveSessions() {
      const since = Date.now() - activeMs;
      for (const [id, seenAt] of lastSeen) if (seenAt < since) lastSeen.delete(id);
      return lastSeen.size;
    },
    async identify(cookieHeader) {
      await noticeOtherAccounts();
      const signedIn = await sessions.read(cookieHeader);
      if (signedIn !== null) lastSeen.set(hashToken(signedIn.sessionId), Date.now());
      return signedIn;
    },
    sweep: async () => sessions.sweep(),

    async issueSetupToken() {
      if (!needsSetup) return null;
      const token = createToken();
      await control.setSetupToken(hashToken(token));
      return token;
    },

    async setup({ token, name, password }, client) {
      if (!needsSetup) return { ok: false, message: 'Eyrie is already set up. Log in instead.' };
      const { waitSeconds } = await throttle.attempt(' set-up', client.address);
      if (waitSeconds > 0) return tooMany(waitSeconds);
      const tokenHash = hashToken(token);
      if (!(await control.hasSetupToken(tokenHash))) return badToken;
      // Only holders of the token get this far, and mistyping a name is no attack.
      await throttle.succeed(' set-up', client.address);
      const problem = findAccountProblem(name, password);
      if (problem !== null) return { ok: false, ...problem };
      const user = { name, passwordHash: await hashPassword(password) };
      const creation = await control.createFirstAdmin(tokenHash, user, client.address);
      if (creation.kind === 'bad_token') return badToken;
      needsSetup = false;
      options.onSetUp?.();
      if (creation.kind === 'already_set_up') {
        return { ok: false, message: 'Somebody else has set Eyrie up. Log in instead.' };
      }
      return beginSession(creation.user.id, client);
    },

    async login({ name, password }, client) {
      const { waitSeconds, isFirstRefusal } = await throttle.attempt(name, client.address);
      const actor = { name: name.slice(0, 64), ip: client.address };
      if (waitSeconds > 0) {
        if (isFirstRefusal)
          await control.appendAudit({ actor, action: 'login.throttled', target: actor.name });
        return tooMany(waitSeconds);
      }
      const user = await control.findUserByName(name);
      const matches = await verifyPassword(user?.passwordHash ?? null, password);
      if (user === null || !matches) {
        await control.appendAudit({ actor, action: 'login.failed', target: actor.name });
        return { ok: false, message: 'The name or the password is wrong.' };
      }
      await throttle.succeed(name, client.address);
      await control.appendAudit({
        actor: { name: user.name, ip: client.address },
        action: 'login',
        target: user.name,
      });
      return beginSession(user.id, client);
    },

    async logout(signedIn, address) {
      if (signedIn === null) return null;
      const cookie = await sessions.end(signedIn.sessionId);
      lastSeen.delete(hashToken(signedIn.sessionId));
      const { name } = signedIn.viewer;
      await control.appendAudit({ actor: { name, ip: address }, action: 'logout', target: name });
      return cookie;
    },
  };
}

const badToken = {
  ok: false,
  field: 'token',
  message: 'This set-up link is not valid any more. The newest one is in the log; a restart makes a new one.',
} as const;

function tooMany(seconds: number): AuthOutcome {
  const message = `Too many attempts. Try again in ${seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`}.`;
  return { ok: false, message, retryAfterSeconds: seconds };
}
