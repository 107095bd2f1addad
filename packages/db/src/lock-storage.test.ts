import { spawn } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDirectory } from '../test/sample-events.ts';
import { lockStorage } from './lock-storage.ts';

let directory: ReturnType<typeof makeDirectory>;
beforeEach(() => {
  directory = makeDirectory();
});
afterEach(() => directory.remove());

describe('lockStorage', () => {
  it('refuses a second claim of the same directory until the first is let go', () => {
    const first = lockStorage(directory.path);
    expect(() => lockStorage(directory.path)).toThrow(
      expect.objectContaining({
        code: 'STORE_IN_USE',
        message: expect.stringContaining(`Another Eyrie is using ${directory.path}`) as unknown,
      }),
    );
    first.close();
    first.close();
    lockStorage(directory.path).close();
  });

  it('is not held up by a process that was killed', async () => {
    const script = fileURLToPath(new URL('../test/lock-until-killed.ts', import.meta.url));
    const child = spawn(process.execPath, [script, directory.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      expect(() => lockStorage(directory.path)).toThrow(expect.objectContaining({ code: 'STORE_IN_USE' }));
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
    lockStorage(directory.path).close();
  }, 20_000);

  it('makes a missing directory and a file only this user can read', () => {
    const deeper = join(directory.path, 'data');
    lockStorage(deeper).close();
    expect(statSync(join(deeper, 'eyrie.lock')).mode & 0o777).toBe(0o600);
  });

  it('names the file when the directory is none', () => {
    const file = join(directory.path, 'plain');
    writeFileSync(file, '');
    expect(() => lockStorage(file)).toThrow(expect.objectContaining({ code: 'STORE_PERMISSION' }));
  });
});
