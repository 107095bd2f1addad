import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openControlStore } from '@eyrie/db';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyPassword } from '../auth/password.ts';

const eyrie = fileURLToPath(new URL('../../bin/eyrie', import.meta.url));
const password = 'a long enough sentence';
let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'eyrie-user-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function add(input: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const all = ['user', 'add', '--storage', directory, ...args];
  return spawnSync(eyrie, all, { input, encoding: 'utf8' });
}

// Each line starts the program, on a machine that others use too.
describe('eyrie user add', { timeout: 60_000 }, () => {
  it('makes accounts with a role, and says so in the audit log without the password', async () => {
    expect(add(`${password}\n`, 'ada', '--role', 'admin')).toMatchObject({
      status: 0,
      stdout: 'ada may now log in as admin.\n',
    });
    expect(add(password, 'vera').status).toBe(0);
    const control = await openControlStore({ path: join(directory, 'control.db') });
    const vera = await control.findUserByName('vera');
    expect(vera?.role).toBe('viewer');
    expect(await verifyPassword(vera?.passwordHash ?? null, password)).toBe(true);
    const audit = await control.findAudit({});
    await control.close();
    expect(audit.edges.map(({ node }) => [node.action, node.target, node.after])).toEqual([
      ['user.create', 'vera', '{"name":"vera","role":"viewer"}'],
      ['user.create', 'ada', '{"name":"ada","role":"admin"}'],
    ]);
    expect(audit.edges[0]?.node.actor).toMatch(/ \(command line\)$/);
  });

  it('refuses a first account that could not administer, a taken name, a bad name, a weak password and no password', () => {
    expect(add(password, 'vera')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('no administrator yet') as unknown,
    });
    expect(add(password, 'ada', '--role', 'admin').status).toBe(0);
    for (const [input, args, words] of [
      [password, ['ADA'], 'already an account named "ADA"'],
      [password, ['two words'], "The name can't be used."],
      ['short', ['vera'], 'Use at least 12 characters'],
      ['', ['vera'], 'No password came in'],
      [password, ['vera', '--role', 'root'], 'Allowed choices are viewer, operator, admin'],
    ] as const) {
      const { status, stderr } = add(input, ...args);
      expect({ args, status }).toEqual({ args, status: 64 });
      expect(stderr).toContain(words);
    }
  });
});
