import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { announceSetup, withdrawSetup } from './announce-setup.ts';

const link = 'http://127.0.0.1:7777/setup?token=secret-of-the-test';
let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'eyrie-setup-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function announceInto(mode: number): string {
  const descriptor = openSync(join(directory, 'log'), 'w', mode);
  try {
    return announceSetup(link, { directory, descriptor });
  } finally {
    closeSync(descriptor);
  }
}

it('prints the link into a log that only its owner reads', () => {
  expect(announceInto(0o600)).toContain(link);
  expect(existsSync(join(directory, 'set-up-link.txt'))).toBe(false);
});

it('keeps the link out of a file others can read, in one of mode 0600', () => {
  const text = announceInto(0o644);
  const file = join(directory, 'set-up-link.txt');
  expect(text).not.toContain('secret-of-the-test');
  expect(text).toContain(file);
  expect(readFileSync(file, 'utf8')).toBe(`${link}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  withdrawSetup(directory);
  expect(existsSync(file)).toBe(false);
});
