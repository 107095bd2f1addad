#!/usr/bin/env node
/**
 * Makes a fresh machine ready: system packages, npm packages, BPF objects, addon and web build. Runs before `npm start`,
 * `npm test`, `npm run demo` and `npm run bench`; when everything is in place it takes well under a second.
 *
 * It runs on whatever Node the machine has (20 or newer) and imports nothing but Node itself, because it is what
 * brings the rest. The pinned Node 24 comes with `npm ci`, as node_modules/.bin/node.
 *
 * usage: node scripts/setup.mjs start|test
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemPackages } from './packages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const purpose = process.argv[2] ?? 'start';
const strict = process.env.CI === 'true';

const say = (text) => process.stderr.write(`eyrie set-up: ${text}\n`);

function fail(text) {
  say(text);
  process.exit(1);
}

function onPath(command) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const isPresent = ({ probe }) => (probe.command ? onPath(probe.command) : existsSync(probe.file));

/** How to become root without asking: nothing when already root, sudo when it needs no password, else null. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (onPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0)
    return ['sudo', '-n'];
  return null;
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  return result.status === 0;
}

/**
 * Packages such as nginx start their service on installation. Only the program is wanted here, so services are held back
 * for the time of the installation by Debian's own means, policy-rc.d; a policy that is already there stays untouched.
 */
function withoutServices(prefix, install) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy) && prefix.length === 0;
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

/** Installs what is missing and returns what is still missing afterwards. */
function installSystemPackages() {
  const wanted = systemPackages.filter((p) => p.for === 'build' || purpose === 'test');
  const missing = wanted.filter((p) => !isPresent(p));
  if (missing.length === 0 || process.platform !== 'linux') return missing;
  const names = missing.map((p) => p.name);
  const prefix = rootPrefix();
  if (!onPath('apt-get') || prefix === null) return missing;
  say(`installing ${names.join(' ')}`);
  const apt = (...args) => {
    const [command, ...rest] = [
      ...prefix,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-qq',
      ...args,
    ];
    return run(command, rest);
  };
  withoutServices(prefix, () => {
    apt('update');
    // One by one when the whole fails: a package this release does not know must not keep back the others.
    const install = ['install', '-y', '--no-install-recommends'];
    return apt(...install, ...names) || names.map((name) => apt(...install, name));
  });
  return wanted.filter((p) => !isPresent(p));
}

/** Runs `npm ci` when the lock file or the Node that runs npm changed since the last time. */
function installNodePackages() {
  const stampFile = join(root, 'node_modules', '.eyrie-stamp');
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say('installing npm packages');
  const env = { ...process.env };
  delete env.NODE_ENV;
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [command, ...first] = npm;
  if (
    !run(command, [...first, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], { env })
  ) {
    fail('npm ci failed: see the lines above.');
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

function build(missing) {
  const canBuildNative = !missing.some((p) => p.for === 'build') && process.platform === 'linux';
  const env = {
    ...process.env,
    PATH: join(root, 'node_modules', '.bin') + delimiter + (process.env.PATH ?? ''),
    TURBO_TELEMETRY_DISABLED: '1',
  };
  const filter = canBuildNative ? [] : ['--filter=!@eyrie/bpf'];
  if (
    run(
      join(root, 'node_modules', '.bin', 'turbo'),
      ['run', 'build', '--output-logs=errors-only', ...filter],
      { env },
    )
  )
    return;
  // The kernel side may fail on a machine it does not know; the server is still of use without it.
  if (strict || purpose === 'test') fail('the build failed: see the lines above.');
  say('the build failed; going on with what there is. `npm run eyrie -- check` tells what is missing.');
}

const missing = installSystemPackages();
if (missing.length > 0) {
  say('these system packages are missing and could not be installed here:');
  for (const p of missing) say(`  ${p.name.padEnd(12)} ${p.why}`);
  say(`on Debian or Ubuntu: sudo apt-get install ${missing.map((p) => p.name).join(' ')}`);
  if (strict) fail('nothing may be missing when CI=true.');
  say('going on without them: what needs them is left out.');
}
installNodePackages();
build(missing);
