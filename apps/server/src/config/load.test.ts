import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, type ConfigSources } from './load.ts';
import { formatProblem } from './problem.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eyrie-config-'));
  file = join(directory, 'config.toml');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function sources(overrides: Partial<ConfigSources> = {}): ConfigSources {
  return {
    path: file,
    environment: {},
    flags: {},
    isRoot: false,
    homeDirectory: '/home/ada',
    builtInRuleNames: ['email'],
    checkPattern: (pattern) =>
      pattern.includes('(?=')
        ? { ok: false, message: 'no look-ahead', column: pattern.indexOf('(?=') + 1 }
        : { ok: true },
    ...overrides,
  };
}

function problemsOf(text: string): string[] {
  writeFileSync(file, text);
  const result = loadConfig(sources());
  return result.ok ? [] : result.problems.map((problem) => formatProblem(problem).replace(`${file}:`, ''));
}

describe('loadConfig', () => {
  it('fills every key from an empty file', () => {
    writeFileSync(file, '');
    const result = loadConfig(sources());
    if (!result.ok) throw new Error('refused an empty file');
    expect(result.config.server).toMatchObject({ host: '127.0.0.1', port: 7777 });
    expect(result.config.storage.directory).toBe('/home/ada/.local/state/eyrie');
    expect(result.config.capture.exclude).toEqual({
      cgroups: [],
      users: [],
      executables: [],
      subtree_pids: [],
    });
    expect(result.config.redaction.mode).toBe('safe');
  });

  it('keeps storage below XDG_STATE_HOME, and in /var/lib as root', () => {
    writeFileSync(file, '');
    const user = loadConfig(sources({ environment: { XDG_STATE_HOME: '/state' } }));
    expect(user.ok && user.config.storage.directory).toBe('/state/eyrie');
    const root = loadConfig(sources({ isRoot: true }));
    expect(root.ok && root.config.storage.directory).toBe('/var/lib/eyrie');
  });

  it('names line, column and the likely meaning of an unknown key', () => {
    expect(problemsOf('# my file\n[server]\nhost = "127.0.0.1"\n  prot = 80\n')).toEqual([
      '4:3: server.prot: unknown key; did you mean "port"?',
    ]);
  });

  it('names an unknown table', () => {
    expect(problemsOf('[server]\nport = 1\n\n[serverr]\nport = 1\n')).toEqual([
      '4:1: serverr: unknown key; did you mean "server"?',
    ]);
  });

  it('lists what is known when nothing is near', () => {
    expect(problemsOf('[log]\nzzz = 1\n')[0]).toBe('2:1: log.zzz: unknown key; known here: level');
  });

  it('reports every bad value at its own place', () => {
    const problems = problemsOf(
      '[server]\nport = "http"\ntrusted_proxies = [ "10.0.0.0/8",\n  "bad" ]\n[capture.exclude]\nsubtree_pids = [0]\n',
    );
    expect(problems.map((line) => line.split(' ')[0])).toEqual(['2:1:', '4:3:', '6:17:']);
    expect(problems[1]).toContain('server.trusted_proxies[1]');
  });

  it('finds places in dotted keys, inline tables and arrays of tables', () => {
    expect(problemsOf('server.port = -1')[0]).toMatch(/^1:8: server\.port/);
    expect(problemsOf('log = { level = "loud" }')[0]).toMatch(/^1:9: log\.level/);
    const problems = problemsOf(
      '[[redaction.patterns]]\nname = "ok"\npattern = \'\'\'a\n[x]\n\'\'\'\n[[redaction.patterns]]\nname = "Not"\npattern = "b"\n',
    );
    expect(problems[0]).toMatch(/^7:1: redaction\.patterns\[1\]\.name/);
  });

  it('names the place of a syntax error', () => {
    expect(problemsOf('[server]\nport = = 3\n')[0]).toMatch(/^2:8: not valid TOML: /);
  });

  it('names the character of an invalid redaction expression', () => {
    expect(problemsOf('[[redaction.patterns]]\nname = "a"\npattern = "x(?=y)"\n')).toEqual([
      '3:1: redaction.patterns[0].pattern: not a valid expression at character 2: no look-ahead',
    ]);
  });

  it('refuses a pattern with the name of another rule', () => {
    const text = ['email', 'badge', 'badge'].map(
      (name) => `[[redaction.patterns]]\nname = "${name}"\npattern = "x"\n`,
    );
    expect(problemsOf(text.join(''))).toEqual([
      '2:1: redaction.patterns[0].name: there is already a rule called "email"',
      '8:1: redaction.patterns[2].name: there is already a rule called "badge"',
    ]);
  });

  it('refuses a missing explicit file and accepts a missing default file', () => {
    const explicit = loadConfig(sources({ path: join(directory, 'absent.toml') }));
    expect(explicit.ok ? '' : explicit.problems[0]?.message).toMatch(/no such file/);
    const named = loadConfig(
      sources({ path: undefined, environment: { EYRIE_CONFIG: join(directory, 'no.toml') } }),
    );
    expect(named.ok).toBe(false);
  });

  it('lets flags win over the environment and the environment over the file', () => {
    writeFileSync(file, '[server]\nport = 1000\nhost = "::1"\n');
    const environment = { EYRIE_PORT: '2000', EYRIE_LOG_LEVEL: 'debug', EYRIE_HOST: '' };
    const result = loadConfig(sources({ environment, flags: { port: '3000', scopeSubtree: ['42'] } }));
    if (!result.ok) throw new Error('refused');
    expect(result.config.server).toMatchObject({ port: 3000, host: '::1' });
    expect(result.config.log.level).toBe('debug');
    expect(result.config.capture).toMatchObject({ scope: 'selected', subtree_pids: [42] });
  });

  it('names the variable or flag a bad value came from', () => {
    writeFileSync(file, '');
    const result = loadConfig(
      sources({ environment: { EYRIE_PORT: '80a' }, flags: { scopeSubtree: ['x'] } }),
    );
    expect(result.ok ? [] : result.problems.map((problem) => problem.source)).toEqual([
      'EYRIE_PORT',
      '--scope-subtree',
    ]);
  });
});
