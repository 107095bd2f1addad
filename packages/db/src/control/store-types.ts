import type { Page, PageRequest } from '../reader/types.ts';
import type {
  Actor,
  AuditEntry,
  AuditInput,
  BuiltInRuleChange,
  BuiltInRuleState,
  FirstAdminCreation,
  LoginFailures,
  NewUser,
  RedactionRule,
  RedactionRuleInput,
  RuleChange,
  Session,
  User,
  UserCreation,
} from './types.ts';

/** Accounts. Changes are audited in their own transaction. */
interface UserQueries {
  createUser(user: NewUser, by: Actor): Promise<UserCreation>;
  findUser(id: string): Promise<User | null>;
  /** Case does not matter. */
  findUserByName(name: string): Promise<User | null>;
  countUsers(): Promise<number>;
  /** Replaces the hash of the one-time set-up token; earlier unused tokens stop working. */
  setSetupToken(tokenHash: string): Promise<void>;
  /** True while `tokenHash` is the current, unused token. */
  hasSetupToken(tokenHash: string): Promise<boolean>;
  /** Uses the token and creates the first admin in one transaction; the role in `user` is not looked at. */
  createFirstAdmin(
    tokenHash: string,
    user: Omit<NewUser, 'role'>,
    ip?: string | null,
  ): Promise<FirstAdminCreation>;
}

/** Sessions, shaped for a Lucia adapter. */
interface SessionQueries {
  getSessionAndUser(sessionId: string): Promise<{ readonly session: Session; readonly user: User } | null>;
  getUserSessions(userId: string): Promise<readonly Session[]>;
  setSession(session: Session): Promise<void>;
  updateSessionExpiration(sessionId: string, expiresUs: number): Promise<void>;
  deleteSession(sessionId: string): Promise<void>;
  deleteUserSessions(userId: string): Promise<void>;
  /** Returns how many went. */
  deleteExpiredSessions(nowUs: number): Promise<number>;
}

/** Failures per key (name, address), kept so that a restart does not reset throttling. */
interface LoginFailureQueries {
  findLoginFailures(key: string): Promise<LoginFailures | null>;
  /** Counts one failure; a streak whose last failure is older than `windowUs` starts again at one. */
  recordLoginFailure(key: string, nowUs: number, windowUs: number): Promise<LoginFailures>;
  clearLoginFailures(key: string): Promise<void>;
  deleteLoginFailuresBefore(beforeUs: number): Promise<number>;
}

/** Redaction rules. A change names the version it was made from and is refused as a conflict when that is not current. */
interface RuleQueries {
  /** By name. */
  findRedactionRules(): Promise<readonly RedactionRule[]>;
  findRedactionRule(id: number): Promise<RedactionRule | null>;
  createRedactionRule(input: RedactionRuleInput, by: Actor): Promise<RuleChange>;
  updateRedactionRule(
    change: { id: number; version: number; input: RedactionRuleInput },
    by: Actor,
  ): Promise<RuleChange>;
  setRedactionRuleEnabled(
    change: { id: number; version: number; enabled: boolean },
    by: Actor,
  ): Promise<RuleChange>;
  /** `saved` carries the rule as it last was. */
  deleteRedactionRule(change: { id: number; version: number }, by: Actor): Promise<RuleChange>;
  findBuiltInRuleStates(): Promise<readonly BuiltInRuleState[]>;
  /** `version` is 0 for a rule nobody switched before. */
  setBuiltInRuleEnabled(
    change: { name: string; version: number; enabled: boolean },
    by: Actor,
  ): Promise<BuiltInRuleChange>;
}

/** Settings: JSON text by key. */
interface SettingQueries {
  getSetting(key: string): Promise<string | null>;
  setSetting(key: string, value: string, by: Actor): Promise<void>;
}

/** The audit log: nothing in it is ever changed or removed. */
interface AuditQueries {
  appendAudit(entry: AuditInput): Promise<void>;
  /** Newest first. */
  findAudit(page?: PageRequest): Promise<Page<AuditEntry>>;
}

/** control.db. Every method rejects with `StoreError` when the database fails. */
export interface ControlStore
  extends UserQueries, SessionQueries, LoginFailureQueries, RuleQueries, SettingQueries, AuditQueries {
  close(): Promise<void>;
}
