import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openControlStore, type ControlStore } from '@eyrie/db';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuth, type Auth } from './create-auth.ts';
import { hashPassword, verifyPassword } from './password.ts';

const client = { address: '192.0.2.1', userAgent: 'test', sessionId: null };
const ada = { name: 'ada', password: 'correct horse battery' };
let directory: string;
let control: ControlStore;
let auth: Auth;

async function open(): Promise<void> {
  control = await openControlStore({ path: join(directory, 'control.db') });
  auth = await createAuth({
    control,
    sessions: { sessionDays: 1, secure: false },
    throttle: { attempts: 5, windowSeconds: 60 },
  });
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'eyrie-auth-'));
  await open();
});
afterEach(async () => {
  await control.close();
  rmSync(directory, { recursive: true });
});

async function issueToken(): Promise<string> {
  const token = await auth.issueSetupToken();
  if (token === null) throw new Error('already set up');
  return token;
}

describe('set-up', () => {
  it('makes the first administrator once, with the newest token only', async () => {
    const old = await issueToken();
    const token = await issueToken();
    expect(await auth.setup({ ...ada, token: old }, client)).toMatchObject({ ok: false, field: 'token' });
    expect(auth.setupRequired()).toBe(true);
    expect(await auth.setup({ ...ada, token }, client)).toMatchObject({ ok: true });
    expect(auth.setupRequired()).toBe(false);
    expect(await auth.setup({ name: 'eve', password: ada.password, token }, client)).toMatchObject({
      ok: false,
    });
    expect(await auth.issueSetupToken()).toBeNull();
    expect(await control.findUserByName('ada')).toMatchObject({ role: 'admin' });
    expect(await control.findUserByName('eve')).toBeNull();
  });

  it('is done once another process has made the first account', async () => {
    const user = { name: 'ada', passwordHash: await hashPassword(ada.password), role: 'admin' } as const;
    await control.createUser(user, { name: 'root (command line)' });
    expect(await auth.identify(null)).toBeNull();
    expect(auth.setupRequired()).toBe(false);
    expect(await auth.login(ada, client)).toMatchObject({ ok: true });
  });

  it('stays done after a restart', async () => {
    await auth.setup({ ...ada, token: await issueToken() }, client);
    await control.close();
    await open();
    expect(auth.setupRequired()).toBe(false);
  });

  it('lets a bad name or password be corrected with the same token', async () => {
    const token = await issueToken();
    expect(await auth.setup({ name: ' ', password: ada.password, token }, client)).toMatchObject({
      field: 'name',
    });
    for (const password of ['short', 'aaaaaaaaaaaaaaaa', 'x'.repeat(300)]) {
      expect(await auth.setup({ ...ada, password, token }, client)).toMatchObject({ field: 'password' });
    }
    expect(await auth.setup({ ...ada, token }, client)).toMatchObject({ ok: true });
  });

  it('makes one administrator when two use the token at the same moment', async () => {
    const token = await issueToken();
    const outcomes = await Promise.all(
      ['ada', 'eve'].map(async (name) => auth.setup({ ...ada, name, token }, client)),
    );
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    expect(await control.countUsers()).toBe(1);
  });
});

describe('the store', () => {
  it('holds neither tokens nor session ids nor passwords', async () => {
    const token = await issueToken();
    const outcome = await auth.setup({ ...ada, token }, client);
    const cookie = outcome.ok ? outcome.cookie.value : '';
    expect(cookie).toHaveLength(40);
    const bytes = ['control.db', 'control.db-wal']
      .map((name) => readFileSync(join(directory, name), 'latin1'))
      .join('');
    for (const secret of [token, cookie, ada.password]) expect(bytes).not.toContain(secret);
    expect(bytes).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });
});

describe('sessions', () => {
  it('are nobody’s when the cookie is unknown, empty or malformed', async () => {
    for (const header of [
      null,
      '',
      'eyrie_session=',
      'eyrie_session=abc',
      'other=1; eyrie_session=%',
      'x'.repeat(5000),
    ]) {
      expect(await auth.identify(header)).toBeNull();
    }
  });

  it('end for good at log-out, with an entry in the audit log', async () => {
    const outcome = await auth.setup({ ...ada, token: await issueToken() }, client);
    const header = outcome.ok ? `a=b; ${outcome.cookie.name}=${outcome.cookie.value}` : '';
    const signedIn = await auth.identify(header);
    expect(signedIn?.viewer).toMatchObject({ name: 'ada', role: 'admin' });
    const cookie = await auth.logout(signedIn, client.address);
    expect(cookie?.serialize()).toMatch(/^eyrie_session=; .*Max-Age=0/);
    expect(await auth.identify(header)).toBeNull();
    const [entry] = (await control.findAudit()).edges;
    expect(entry?.node).toMatchObject({ action: 'logout', actor: 'ada', ip: '192.0.2.1' });
  });
});

describe('verifyPassword', () => {
  it('takes as long for an account that does not exist', async () => {
    const hash = await hashPassword(ada.password);
    await verifyPassword(null, 'warm up');
    const time = async (stored: string | null): Promise<number> => {
      const start = performance.now();
      expect(await verifyPassword(stored, 'wrong')).toBe(false);
      return performance.now() - start;
    };
    // The quickest of several, in turn: what else runs on the machine only adds.
    const [known, unknown] = [[] as number[], [] as number[]];
    for (let round = 0; round < 12; round += 1) {
      known.push(await time(hash));
      unknown.push(await time(null));
    }
    const ratio = Math.min(...unknown) / Math.min(...known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
    expect(await verifyPassword(hash, ada.password)).toBe(true);
    expect(await verifyPassword(null, 'no account has this password')).toBe(false);
  });
});
