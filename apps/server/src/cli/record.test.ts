import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withoutPrivileges, cannotCapture, isRoot } from '../../test/capture-here.ts';
import { endAll, startEyrie } from '../../test/run-eyrie.ts';

const scope = ['--scope-subtree', String(process.pid)];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eyrie-record-'));
});
afterEach(() => {
  endAll();
  rmSync(directory, { recursive: true, force: true });
});

interface Line {
  readonly event_type: string;
  readonly source: { readonly replayed?: boolean };
  readonly data: { readonly args?: readonly string[] };
}

function readLines(path: string): readonly Line[] {
  const text = readFileSync(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const findExec = (lines: readonly Line[], mark: string): Line | undefined =>
  lines.find((line) => line.event_type === 'process.exec' && line.data.args?.includes(mark) === true);

/** Runs a program whose command line carries a secret and the mark. */
function runMarked(mark: string): void {
  execFileSync('/bin/echo', [mark, 'AKIAIOSFODNN7EXAMPLE']);
}

async function makeTrace(path: string, mark: string): Promise<void> {
  const trace = startEyrie(['trace', '--output', path, ...scope]);
  await trace.waitFor(/NOT REDACTED/);
  // Two batches, far enough apart.
  for (const round of [mark, `${mark}-again`]) {
    runMarked(round);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect((await trace.end('SIGINT')).status, trace.output()).toBe(0);
}

describe.skipIf(cannotCapture)(`eyrie record ${cannotCapture ?? ''}`, () => {
  it('writes redacted events until SIGTERM into a file only its owner can read', async () => {
    const path = join(directory, 'events.jsonl');
    const record = startEyrie(['record', '--output', path, ...scope]);
    await record.waitFor(/Recording redacted events/);
    runMarked('mark-of-record');
    const { status, ms } = await record.end('SIGTERM');
    expect(status, record.output()).toBe(0);
    expect(ms).toBeLessThan(5000);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const lines = readLines(path);
    expect(findExec(lines, 'mark-of-record')).toBeDefined();
    expect(readFileSync(path, 'utf8')).not.toContain('AKIAIOSFODNN7EXAMPLE');
    expect(record.output()).toContain(`${lines.length} events recorded`);
  }, 60_000);

  it('overwrites nothing', async () => {
    const path = join(directory, 'mine');
    writeFileSync(path, 'mine');
    for (const command of ['record', 'trace']) {
      const { ended, output } = startEyrie([command, '--output', path, ...scope]);
      expect(await ended).toBe(74);
      expect(output()).toContain(`${path} exists already`);
    }
    expect(readFileSync(path, 'utf8')).toBe('mine');
  }, 60_000);

  it.runIf(isRoot)(
    'says what is missing when it has no privileges',
    async () => {
      const { ended, output } = startEyrie(
        ['record', '--output', join(directory, 'a.jsonl')],
        withoutPrivileges,
      );
      expect(await ended).toBe(1);
      expect(output()).toMatch(/Nothing is captured.*CAP_BPF/s);
    },
    60_000,
  );
});

describe.skipIf(cannotCapture)(`eyrie trace and replay ${cannotCapture ?? ''}`, () => {
  it.runIf(isRoot)(
    'yield, without privileges, the events that a recording would have had',
    async () => {
      const trace = join(directory, 'a.trace');
      await makeTrace(trace, 'mark-of-trace');
      expect(statSync(trace).mode & 0o777).toBe(0o600);

      const path = join(directory, 'replayed.jsonl');
      const replay = startEyrie(['replay', trace, '--output', path], withoutPrivileges);
      expect(await replay.ended, replay.output()).toBe(0);
      const exec = findExec(readLines(path), 'mark-of-trace');
      expect(exec?.source.replayed).toBe(true);
      expect(readFileSync(path, 'utf8')).not.toContain('AKIAIOSFODNN7EXAMPLE');

      const data = join(directory, 'data');
      const store = startEyrie(['replay', trace, '--storage', data], withoutPrivileges);
      expect(await store.ended, store.output()).toBe(0);
      expect(store.output()).toMatch(/[1-9]\d* events stored/);
    },
    90_000,
  );

  it('serve the dashboard, which says that nothing of this machine is captured', async () => {
    const trace = join(directory, 'a.trace');
    await makeTrace(trace, 'mark-of-serve');
    const args = ['replay', trace, '--serve', '--port', '0', '--storage', join(directory, 'data')];
    const served = startEyrie(args);
    const [, origin = ''] = await served.waitFor(/"address":"([^"]+)".*"msg":"serving"/);
    const ready = await fetch(`${origin}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('This is a replay of a recorded trace');
    const metrics = async (): Promise<string> => (await fetch(`${origin}/metrics`)).text();
    await expect
      .poll(metrics, { timeout: 10_000 })
      .toMatch(/eyrie_events_total\{type="process\.exec"\} [1-9]/);
    expect((await served.end('SIGTERM')).status).toBe(0);
  }, 90_000);
});

describe('eyrie replay', () => {
  it('says what is wrong with a file that is no trace, or not there', async () => {
    const file = join(directory, 'noise');
    writeFileSync(file, 'this is not a trace, whatever its name says');
    for (const path of [file, join(directory, 'absent')]) {
      const output = join(directory, `${path === file ? 'a' : 'b'}.jsonl`);
      const replay = startEyrie(['replay', path, '--output', output]);
      expect(await replay.ended).toBe(74);
      expect(replay.output()).toMatch(new RegExp(`eyrie: .*${path}`));
      expect(replay.output()).not.toMatch(/\n {4}at /);
    }
  }, 60_000);

  it.skipIf(cannotCapture)(
    'keeps what came before the place where a trace is cut off',
    async () => {
      const trace = join(directory, 'a.trace');
      await makeTrace(trace, 'mark-of-cut');
      const bytes = readFileSync(trace);
      writeFileSync(trace, bytes.subarray(0, bytes.length - 10));
      const path = join(directory, 'cut.jsonl');
      const replay = startEyrie(['replay', trace, '--output', path]);
      expect(await replay.ended).toBe(74);
      expect(replay.output()).toMatch(/at byte \d+/);
      expect(findExec(readLines(path), 'mark-of-cut')).toBeDefined();
    },
    60_000,
  );
});
