import { Kysely, SqliteDialect } from 'kysely';
import { migrateDatabase } from '../migrate.ts';
import { controlMigrations } from '../migrations/control/all.ts';
import { openWritableDatabase } from '../open-database.ts';
import type { ControlDatabase } from '../schema/control-database.ts';
import { toStoreError } from '../store-error.ts';
import { findAudit, insertAudit, type ControlContext } from './audit.ts';
import { findBuiltInRuleStates, setBuiltInRuleEnabled } from './builtin-rule-states.ts';
import * as failures from './login-failures.ts';
import * as rules from './redaction-rules.ts';
import * as sessions from './sessions.ts';
import { getSetting, setSetting } from './settings.ts';
import type { ControlStore } from './store-types.ts';
import * as users from './users.ts';

function bind(context: ControlContext, path: string): ControlStore {
  /** Runs a query and turns what SQLite throws into `StoreError`. */
  const run = async <Result>(query: (context: ControlContext) => Promise<Result>): Promise<Result> => {
    try {
      return await query(context);
    } catch (error) {
      throw toStoreError(error, path);
    }
  };
  return {
    createUser: (user, by) => run((c) => users.createUser(c, user, by)),
    findUser: (id) => run((c) => users.findUser(c, id)),
    findUserByName: (name) => run((c) => users.findUserByName(c, name)),
    countUsers: () => run((c) => users.countUsers(c)),
    setSetupToken: (tokenHash) => run((c) => users.setSetupToken(c, tokenHash)),
    hasSetupToken: (tokenHash) => run((c) => users.hasSetupToken(c, tokenHash)),
    createFirstAdmin: (tokenHash, user, ip = null) =>
      run((c) => users.createFirstAdmin(c, { tokenHash, user, ip })),
    getSessionAndUser: (id) => run((c) => sessions.getSessionAndUser(c, id)),
    getUserSessions: (userId) => run((c) => sessions.getUserSessions(c, userId)),
    setSession: (session) => run((c) => sessions.setSession(c, session)),
    updateSessionExpiration: (id, expiresUs) =>
      run((c) => sessions.updateSessionExpiration(c, id, expiresUs)),
    deleteSession: (id) => run((c) => sessions.deleteSession(c, id)),
    deleteUserSessions: (userId) => run((c) => sessions.deleteUserSessions(c, userId)),
    deleteExpiredSessions: (nowUs) => run((c) => sessions.deleteExpiredSessions(c, nowUs)),
    findLoginFailures: (key) => run((c) => failures.findLoginFailures(c, key)),
    recordLoginFailure: (key, nowUs, windowUs) =>
      run((c) => failures.recordLoginFailure(c, key, { nowUs, windowUs })),
    clearLoginFailures: (key) => run((c) => failures.clearLoginFailures(c, key)),
    deleteLoginFailuresBefore: (beforeUs) => run((c) => failures.deleteLoginFailuresBefore(c, beforeUs)),
    findRedactionRules: () => run((c) => rules.findRedactionRules(c)),
    findRedactionRule: (id) => run((c) => rules.findRedactionRule(c, id)),
    createRedactionRule: (input, by) => run((c) => rules.createRedactionRule(c, input, by)),
    updateRedactionRule: (change, by) => run((c) => rules.updateRedactionRule(c, change, by)),
    setRedactionRuleEnabled: (change, by) => run((c) => rules.setRedactionRuleEnabled(c, change, by)),
    deleteRedactionRule: (change, by) => run((c) => rules.deleteRedactionRule(c, change, by)),
    findBuiltInRuleStates: () => run((c) => findBuiltInRuleStates(c)),
    setBuiltInRuleEnabled: (change, by) => run((c) => setBuiltInRuleEnabled(c, change, by)),
    getSetting: (key) => run((c) => getSetting(c, key)),
    setSetting: (key, value, by) => run((c) => setSetting(c, { key, value }, by)),
    appendAudit: (entry) => run((c) => insertAudit(c.db, entry, c.nowUs())),
    findAudit: (page) => run((c) => findAudit(c, page)),
    close: () => context.db.destroy(),
  };
}

/**
 * Opens control.db at `path`, creating it (0600) or bringing it up to date. `nowUs` is the clock, microseconds since
 * the epoch. Rejects with `StoreError`.
 */
export async function openControlStore(options: {
  readonly path: string;
  readonly nowUs?: () => number;
}): Promise<ControlStore> {
  await migrateDatabase(options.path, controlMigrations);
  const db = new Kysely<ControlDatabase>({
    dialect: new SqliteDialect({ database: openWritableDatabase(options.path) }),
  });
  return bind({ db, nowUs: options.nowUs ?? (() => Date.now() * 1000) }, options.path);
}
