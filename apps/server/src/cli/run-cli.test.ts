import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRoot, withoutPrivileges } from '../../test/capture-here.ts';
import { judgePlatform } from './check.ts';

const eyrie = fileURLToPath(new URL('../../bin/eyrie', import.meta.url));
let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'eyrie-cli-'))));
afterEach(() => rmSync(directory, { recursive: true }));

async function run(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(eyrie, args, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('eyrie', () => {
  it('prints its version', async () => {
    expect(await run('--version')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^eyrie \d+\.\d+\.\d+/) as string,
    });
  });

  it('explains a mistyped option, command or argument, with a status of its own', async () => {
    for (const [args, words] of [
      [['serve', '--prot', '80'], /unknown option '--prot'[^]*--port/],
      [['check', '--all'], /unknown option '--all'/],
      [['sevre'], /no command "sevre"; did you mean "serve"/],
      [['record'], /required option '-o, --output <file>'/],
      [['replay'], /missing required argument 'file'/],
    ] as const) {
      const { status, stderr } = await run(...args);
      expect({ args, status }).toEqual({ args, status: 64 });
      expect(stderr).toMatch(words);
      expect(stderr).not.toMatch(/\n {4}at /);
    }
  });
});

describe('eyrie config validate', () => {
  it('accepts a good file and lists every error of a bad one', async () => {
    const file = join(directory, 'config.toml');
    writeFileSync(file, '[[redaction.patterns]]\nname = "badge"\npattern = "B-\\\\d+"\n');
    expect(await run('config', 'validate', '--config', file)).toMatchObject({
      status: 0,
      stdout: `${file} is valid.\n`,
    });
    writeFileSync(
      file,
      '[server]\nprot = 1\n[[redaction.patterns]]\nname = "badge"\npattern = "(?=x)"\n[log]\nlevel = 3\n',
    );
    const bad = await run('config', 'validate', '--config', file);
    expect(bad.status).toBe(78);
    expect(bad.stderr).toContain('2 errors');
    expect(bad.stderr).toContain(`${file}:2:1: server.prot: unknown key; did you mean "port"?`);
  });

  it('names the place in a pattern that can not be compiled', async () => {
    const file = join(directory, 'config.toml');
    writeFileSync(file, '[[redaction.patterns]]\nname = "badge"\npattern = "ab(?=x)"\n');
    const { stderr } = await run('config', 'validate', '--config', file);
    expect(stderr).toMatch(
      /config\.toml:3:1: redaction\.patterns\[0\]\.pattern: not a valid expression at character 3: Look-around/,
    );
  });

  it('refuses a file that is not there', async () => {
    const { status, stderr } = await run('config', 'validate', '-c', join(directory, 'none.toml'));
    expect(status).toBe(78);
    expect(stderr).toContain('there is no such file');
  });
});

describe('eyrie check', () => {
  it('says what can be captured, with a status to match', async () => {
    const { status, stdout } = await run('check');
    const results: Record<string, number> = { READY: 0, LIMITED: 1, 'NOT READY': 2 };
    const result = /^Result: (.+)$/m.exec(stdout)?.[1] ?? '';
    expect(results[result]).toBe(status);
    expect(stdout).toMatch(/Kernel types \(BTF\) +(yes|no)/);
    const json = await run('check', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ result, platform: process.platform });
  }, 60_000);

  it.runIf(isRoot)(
    'says to somebody without privileges what is missing',
    () => {
      const [command, ...args] = [...withoutPrivileges, eyrie, 'check'];
      const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
      expect(status).toBe(2);
      expect(stdout).toMatch(/Result: NOT READY\n.*CAP_BPF/);
    },
    60_000,
  );
});

describe('judgePlatform', () => {
  it('is ready with all families, limited with some, not ready with none', () => {
    const [on, off] = [
      { name: 'tls', active: true },
      { name: 'process', active: false, reason: 'x' },
    ] as const;
    const capabilities = ['CAP_SYS_PTRACE', 'CAP_DAC_READ_SEARCH', 'CAP_CHECKPOINT_RESTORE'];
    expect(judgePlatform({ families: [on], capabilities })).toBe('READY');
    expect(judgePlatform({ families: [on, off], capabilities })).toBe('LIMITED');
    expect(judgePlatform({ families: [off], capabilities })).toBe('NOT READY');
    expect(judgePlatform({ families: [], capabilities })).toBe('NOT READY');
  });

  it('is limited when programs load, but processes of other users are closed', () => {
    const families = [{ name: 'tls', active: true }] as const;
    const capabilities = ['CAP_BPF', 'CAP_PERFMON', 'CAP_DAC_READ_SEARCH', 'CAP_SYS_ADMIN'];
    expect(judgePlatform({ families, capabilities })).toBe('LIMITED');
    expect(judgePlatform({ families, capabilities: [...capabilities, 'CAP_SYS_PTRACE'] })).toBe('READY');
  });
});
