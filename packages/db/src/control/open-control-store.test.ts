import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDirectory } from '../../test/sample-events.ts';
import { openControlStore } from './open-control-store.ts';
import type { ControlStore } from './store-types.ts';
import type { Actor, RedactionRule, RedactionRuleInput, RuleChange, Session, User } from './types.ts';

const by: Actor = { name: 'anna', ip: '127.0.0.1' };
const input: RedactionRuleInput = {
  name: 'ticket',
  pattern: 'T-\\d+',
  placeholder: '[TICKET]',
  description: 'Ticket numbers',
  enabled: true,
};

let directory: ReturnType<typeof makeDirectory>;
let path: string;
let store: ControlStore;
let nowUs = 0;
beforeEach(async () => {
  directory = makeDirectory();
  path = join(directory.path, 'control.db');
  nowUs = 1_000_000;
  store = await openControlStore({ path, nowUs: () => nowUs++ });
});
afterEach(async () => {
  await store.close();
  directory.remove();
});

const savedRule = (change: RuleChange): RedactionRule => {
  if (change.kind !== 'saved') throw new Error(`expected a saved rule, got ${change.kind}`);
  return change.rule;
};

const createUser = async (name: string): Promise<User> => {
  const result = await store.createUser({ name, passwordHash: 'hash', role: 'viewer' }, by);
  if (result.kind !== 'created') throw new Error('expected a new user');
  return result.user;
};

describe('accounts', () => {
  it('are found by name without regard to case, and names are unique that way', async () => {
    const user = await createUser('Anna');
    expect(await store.findUserByName('aNNA')).toEqual(user);
    expect(await store.findUser(user.id)).toEqual(user);
    expect(await store.findUserByName("' or 1=1 --")).toBeNull();
    const again = await store.createUser({ name: 'ANNA', passwordHash: 'x', role: 'admin' }, by);
    expect(again).toEqual({ kind: 'name_taken' });
    expect(await store.countUsers()).toBe(1);
  });

  it('never put a password hash in the audit log', async () => {
    await store.createUser({ name: 'bo', passwordHash: 'very-secret-hash', role: 'viewer' }, by);
    const page = await store.findAudit();
    expect(page.edges).toHaveLength(1);
    expect(JSON.stringify(page)).not.toContain('very-secret-hash');
    expect(page.edges[0]?.node).toMatchObject({
      actor: 'anna',
      action: 'user.create',
      target: 'bo',
      ip: '127.0.0.1',
    });
  });
});

describe('set-up', () => {
  const first = { name: 'root', passwordHash: 'hash' };

  it('makes one admin with the current token, once', async () => {
    await store.setSetupToken('old');
    await store.setSetupToken('new');
    expect(await store.hasSetupToken('old')).toBe(false);
    expect(await store.createFirstAdmin('old', first)).toEqual({ kind: 'bad_token' });
    expect(await store.createFirstAdmin('new', first, '::1')).toMatchObject({
      kind: 'created',
      user: { role: 'admin' },
    });
    expect(await store.hasSetupToken('new')).toBe(false);
    expect(await store.createFirstAdmin('new', { ...first, name: 'eve' })).toEqual({
      kind: 'already_set_up',
    });
    expect(await store.countUsers()).toBe(1);
  });

  it('makes one admin when two visitors use the token at once', async () => {
    await store.setSetupToken('token');
    const results = await Promise.all([
      store.createFirstAdmin('token', first),
      store.createFirstAdmin('token', { ...first, name: 'eve' }),
    ]);
    expect(results.map((result) => result.kind).sort()).toEqual(['already_set_up', 'created']);
  });
});

describe('sessions', () => {
  const session = (user: User, id: string, expiresUs: number): Session => ({
    id,
    userId: user.id,
    expiresUs,
    createdUs: 1,
    lastIp: '127.0.0.1',
    userAgent: 'test',
  });

  it('are kept, moved, and end one by one, by account and by time', async () => {
    const anna = await createUser('anna');
    const bo = await createUser('bo');
    await store.setSession(session(anna, 's1', 100));
    await store.setSession(session(anna, 's2', 200));
    await store.setSession(session(bo, 's3', 300));
    expect(await store.getSessionAndUser('s1')).toEqual({ session: session(anna, 's1', 100), user: anna });
    expect(await store.getSessionAndUser('absent')).toBeNull();
    await store.updateSessionExpiration('s1', 250);
    expect(await store.deleteExpiredSessions(200)).toBe(1);
    expect((await store.getUserSessions(anna.id)).map(({ id }) => id)).toEqual(['s1']);
    await store.deleteUserSessions(anna.id);
    expect(await store.getSessionAndUser('s1')).toBeNull();
    await store.deleteSession('s3');
    expect(await store.getUserSessions(bo.id)).toEqual([]);
  });

  it('need an account', async () => {
    const ghost = { ...(await createUser('anna')), id: 'ghost' };
    await expect(store.setSession(session(ghost, 's', 1))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});

describe('log-in failures', () => {
  it('add up inside the window, start again after it, and survive a restart', async () => {
    await store.recordLoginFailure('name:anna', 1000, 500);
    expect(await store.recordLoginFailure('name:anna', 1400, 500)).toEqual({
      failures: 2,
      lastFailureUs: 1400,
    });
    await store.close();
    store = await openControlStore({ path });
    expect(await store.findLoginFailures('name:anna')).toEqual({ failures: 2, lastFailureUs: 1400 });
    expect(await store.recordLoginFailure('name:anna', 2000, 500)).toEqual({
      failures: 1,
      lastFailureUs: 2000,
    });
    await store.clearLoginFailures('name:anna');
    expect(await store.findLoginFailures('name:anna')).toBeNull();
    await store.recordLoginFailure('ip:::1', 10, 500);
    expect(await store.deleteLoginFailuresBefore(11)).toBe(1);
  });
});

describe('redaction rules', () => {
  it('are created, changed, switched and deleted, each with an audit entry', async () => {
    const created = savedRule(await store.createRedactionRule(input, by));
    expect(created).toMatchObject({ ...input, version: 1, updatedBy: 'anna' });
    const { id } = created;
    const change = { id, version: 1, input: { ...input, pattern: 'T-\\d{4}' } };
    expect(savedRule(await store.updateRedactionRule(change, by))).toMatchObject({
      pattern: 'T-\\d{4}',
      version: 2,
    });
    const off = savedRule(await store.setRedactionRuleEnabled({ id, version: 2, enabled: false }, by));
    expect(off).toMatchObject({ enabled: false, version: 3 });
    expect(await store.findRedactionRules()).toEqual([off]);
    expect(await store.deleteRedactionRule({ id, version: 3 }, by)).toEqual({ kind: 'saved', rule: off });
    expect(await store.findRedactionRule(id)).toBeNull();
    const actions = (await store.findAudit()).edges.map((edge) => edge.node.action);
    expect(actions).toEqual(
      ['delete', 'disable', 'update', 'create'].map((action) => `redaction_rule.${action}`),
    );
    const update = (await store.findAudit()).edges[2]?.node;
    expect(JSON.parse(update?.before ?? '')).toEqual(input);
    expect(JSON.parse(update?.after ?? '')).toEqual(change.input);
  });

  it('refuse a change made from an old version, and say what is current', async () => {
    const { id } = savedRule(await store.createRedactionRule(input, by));
    const current = savedRule(await store.setRedactionRuleEnabled({ id, version: 1, enabled: false }, by));
    const conflict = { kind: 'conflict', current };
    expect(await store.updateRedactionRule({ id, version: 1, input }, by)).toEqual(conflict);
    expect(await store.setRedactionRuleEnabled({ id, version: 1, enabled: true }, by)).toEqual(conflict);
    expect(await store.deleteRedactionRule({ id, version: 1 }, by)).toEqual(conflict);
    expect(await store.deleteRedactionRule({ id: 999, version: 1 }, by)).toEqual({ kind: 'not_found' });
    expect((await store.findAudit()).edges).toHaveLength(2);
  });

  it('have names that are unique without regard to case', async () => {
    const first = savedRule(await store.createRedactionRule(input, by));
    expect(await store.createRedactionRule({ ...input, name: 'TICKET' }, by)).toEqual({ kind: 'name_taken' });
    const second = savedRule(await store.createRedactionRule({ ...input, name: 'other' }, by));
    const renamed = { id: second.id, version: 1, input: { ...input, name: 'Ticket' } };
    expect(await store.updateRedactionRule(renamed, by)).toEqual({ kind: 'name_taken' });
    const same = { id: first.id, version: 1, input: { ...input, name: 'Ticket' } };
    expect(savedRule(await store.updateRedactionRule(same, by)).name).toBe('Ticket');
  });
});

describe('built-in rules', () => {
  it('are switched from version 0, with conflicts and audit', async () => {
    const off = { name: 'email', version: 0, enabled: false };
    expect(await store.setBuiltInRuleEnabled(off, by)).toMatchObject({
      kind: 'saved',
      state: { version: 1, enabled: false },
    });
    expect(await store.setBuiltInRuleEnabled(off, by)).toMatchObject({
      kind: 'conflict',
      current: { version: 1 },
    });
    await store.setBuiltInRuleEnabled({ name: 'email', version: 1, enabled: true }, by);
    expect(await store.findBuiltInRuleStates()).toMatchObject([{ name: 'email', enabled: true, version: 2 }]);
    expect((await store.findAudit()).edges).toHaveLength(2);
  });
});

describe('settings and audit log', () => {
  it('keep a setting and what it was before', async () => {
    expect(await store.getSetting('redaction.mode')).toBeNull();
    await store.setSetting('redaction.mode', '"safe"', by);
    await store.setSetting('redaction.mode', '"full"', by);
    expect(await store.getSetting('redaction.mode')).toBe('"full"');
    expect((await store.findAudit()).edges[0]?.node).toMatchObject({
      action: 'setting.update',
      target: 'redaction.mode',
    });
  });

  it('gives audit entries newest first, page by page', async () => {
    for (let index = 0; index < 25; index += 1) {
      await store.appendAudit({ actor: by, action: 'login.failed', target: `user-${index}` });
    }
    const first = await store.findAudit({ first: 20 });
    const second = await store.findAudit({ after: first.edges.at(-1)?.cursor });
    expect([...first.edges, ...second.edges].map((edge) => edge.node.target)).toEqual(
      Array.from({ length: 25 }, (_, index) => `user-${24 - index}`),
    );
  });

  it('can not be changed or thinned out', async () => {
    await store.appendAudit({ actor: by, action: 'login', target: 'anna' });
    const db = new Database(path);
    expect(() => db.exec("update audit_log set actor = 'eve'")).toThrow(/append-only/);
    expect(() => db.exec('delete from audit_log')).toThrow(/append-only/);
    db.close();
  });
});
