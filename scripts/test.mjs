#!/usr/bin/env node
/**
 * Runs everything that must hold: format, lint, types, generated files, dead code, the tests of every workspace and the
 * browser tests. Ends with one line of totals and the list of what was skipped. With CI=true a skipped test is a failure.
 *
 * usage: node scripts/test.mjs [check] [packages/db …] [e2e]     (nothing named: all of them)
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPresent, systemPackages } from './packages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const strict = process.env.CI === 'true';
const bin = join(root, 'node_modules', '.bin');
// Reports, and what tests and the browser leave in the folder for temporary files; deleted at the end.
const reports = mkdtempSync(join(tmpdir(), 'eyrie-tests-'));
// Settings of a running Eyrie, such as its storage folder, are not meant for those that the tests start.
const inherited = Object.entries(process.env).filter(([name]) => !/^EYRIE_(?!CHROMIUM$)/.test(name));
const env = {
  ...Object.fromEntries(inherited),
  PATH: bin + delimiter + process.env.PATH,
  TMPDIR: reports,
  TURBO_TELEMETRY_DISABLED: '1',
};
const suites = ['packages/bpf', 'packages/engine', 'packages/db', 'apps/server', 'apps/web', 'deploy/demo'];
/** System packages without whose programs nothing in a suite can run. */
const needs = {
  'deploy/demo': ['openssl', 'curl'],
  e2e: ['openssl', 'curl', 'nginx-light', 'chromium'],
};
const named = process.argv.slice(2);
const wants = (name) => named.length === 0 || named.includes(name);
const totals = { passed: 0, failed: 0, skipped: [] };
const broken = [];

function run(title, cwd, [command, ...args], extra = {}) {
  console.log(`\n── ${title}`);
  const result = spawnSync(command, args, {
    cwd: join(root, cwd),
    stdio: 'inherit',
    env: { ...env, ...extra },
  });
  if (result.status !== 0) broken.push(title);
}

/** Names a suite among what was skipped when programs it needs are missing. */
function canRun(suite) {
  const missing = systemPackages.filter((p) => needs[suite]?.includes(p.name) && !isPresent(p));
  if (missing.length === 0) return true;
  totals.skipped.push(`${suite}: all of it (not installed: ${missing.map((p) => p.name).join(', ')})`);
  return false;
}

function readReport(file, title) {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  broken.push(`${title}: no report was written`);
  return undefined;
}

function runVitest(suite) {
  const file = join(reports, `${suite.replaceAll('/', '-')}.json`);
  run(suite, suite, [
    join(bin, 'vitest'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const report = readReport(file, suite);
  for (const result of report?.testResults ?? []) {
    // A file that could not even be loaded has failed and holds no test.
    if (result.status === 'failed' && result.assertionResults.length === 0) totals.failed += 1;
    for (const test of result.assertionResults) {
      if (test.status === 'passed') totals.passed += 1;
      else if (test.status === 'failed') totals.failed += 1;
      else totals.skipped.push(`${suite}: ${test.fullName}`);
    }
  }
}

function runBrowserTests() {
  const file = join(reports, 'e2e.json');
  run('e2e', 'e2e', [join(bin, 'playwright'), 'test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  const visit = (suite) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'skipped') {
          const why = test.annotations.find((a) => a.type === 'skip')?.description;
          totals.skipped.push(`e2e: ${spec.title}${why ? ` (${why})` : ''}`);
        } else if (test.status === 'unexpected') totals.failed += 1;
        else totals.passed += 1;
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  for (const suite of readReport(file, 'e2e')?.suites ?? []) visit(suite);
}

if (wants('check')) run('check', '.', ['npm', 'run', '--silent', 'check']);
for (const suite of suites) if (wants(suite) && canRun(suite)) runVitest(suite);
if (wants('e2e') && canRun('e2e')) runBrowserTests();
rmSync(reports, { recursive: true, force: true });

if (totals.skipped.length > 0) {
  console.log(`\nSkipped${strict ? ' (a failure, because CI=true)' : ''}:`);
  for (const name of totals.skipped) console.log(`  ${name}`);
}
for (const title of broken) console.log(`\nFailed: ${title}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped.length} skipped`);
process.exit(broken.length > 0 || totals.failed > 0 || (strict && totals.skipped.length > 0) ? 1 : 0);
