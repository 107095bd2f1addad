/** Types of control.db: accounts, sessions, rules, settings and the audit log. Times are microseconds since the epoch. */

export type Role = 'viewer' | 'operator' | 'admin';

export interface User {
  readonly id: string;
  /** Unique without regard to case. */
  readonly name: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly totpSecret: string | null;
  readonly createdUs: number;
}

export interface Session {
  /** SHA-256 of the token, as the caller encodes it: the token itself is never stored. */
  readonly id: string;
  readonly userId: string;
  readonly expiresUs: number;
  readonly createdUs: number;
  readonly lastIp: string | null;
  readonly userAgent: string | null;
}

/** Who did it and from where, for the audit log. */
export interface Actor {
  readonly name: string;
  readonly ip?: string | null;
}

export interface RedactionRule {
  readonly id: number;
  readonly name: string;
  readonly pattern: string;
  readonly placeholder: string;
  readonly description: string;
  readonly enabled: boolean;
  /** 1 when created, one more with each change. */
  readonly version: number;
  readonly updatedUs: number;
  readonly updatedBy: string;
}

export interface RedactionRuleInput {
  readonly name: string;
  readonly pattern: string;
  readonly placeholder: string;
  readonly description: string;
  readonly enabled: boolean;
}

/** State of a built-in rule somebody switched; rules without one are enabled at version 0. */
export interface BuiltInRuleState {
  readonly name: string;
  readonly enabled: boolean;
  readonly version: number;
  readonly updatedUs: number;
  readonly updatedBy: string;
}

export type RuleChange =
  | { readonly kind: 'saved'; readonly rule: RedactionRule }
  | { readonly kind: 'conflict'; readonly current: RedactionRule }
  | { readonly kind: 'name_taken' }
  | { readonly kind: 'not_found' };

export type BuiltInRuleChange =
  | { readonly kind: 'saved'; readonly state: BuiltInRuleState }
  | { readonly kind: 'conflict'; readonly current: BuiltInRuleState };

export type UserCreation =
  { readonly kind: 'created'; readonly user: User } | { readonly kind: 'name_taken' };

export type FirstAdminCreation =
  | { readonly kind: 'created'; readonly user: User }
  | { readonly kind: 'bad_token' }
  | { readonly kind: 'already_set_up' };

export interface NewUser {
  readonly name: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly totpSecret?: string | null;
}

export interface AuditInput {
  readonly actor: Actor;
  /** `redaction_rule.update`, `login.failed` */
  readonly action: string;
  readonly target: string;
  /** Values that JSON can carry; absent when there was nothing before or after. */
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface AuditEntry {
  readonly id: number;
  readonly timeUs: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  /** JSON text. */
  readonly before: string | null;
  readonly after: string | null;
  readonly ip: string | null;
}

export interface LoginFailures {
  /** Failures in a row inside the window. */
  readonly failures: number;
  readonly lastFailureUs: number;
}
