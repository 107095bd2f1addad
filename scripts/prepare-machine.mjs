/**
 * System packages, npm packages, BPF objects, addon and web build. Runs before `npm start`, `npm test`, `npm run demo` and
 * `npm run bench`; when everything is in place it takes well under a second, and the builds about as long.
 *
 * It runs on whatever Node the machine has (20 or newer) and imports nothing but Node itself, because it is what
 * brings the rest, the pinned Node 24 included (node_modules/.bin/node).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPresent, onPath, systemPackages } from './packages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const purpose = process.argv[2] ?? 'start';
const strict = process.env.CI === 'true';
const bin = join(root, 'node_modules', '.bin');

const say = (text) => process.stderr.write(`eyrie set-up: ${text}\n`);

function fail(text) {
  say(text);
  process.exit(1);
}

/** How to become root without asking: nothing when already root, sudo when it needs no password, else null. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (onPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0)
    return ['sudo', '-n'];
  return null;
}

/** Runs a command to its end; what it printed is only shown when it failed. */
function runQuietly(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 * 1024,
    ...options,
  });
  if (result.status === 0) return true;
  process.stderr.write(result.stdout ?? '');
  process.stderr.write(result.stderr ?? '');
  if (result.error) say(`${command}: ${result.error.message}`);
  return false;
}

/**
 * Packages such as nginx start their service on installation. Only the program is wanted here, so services are held back
 * for the time of the installation by Debian's own means, policy-rc.d; a policy that is already there stays untouched.
 */
function withoutServices(prefix, install) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  const asRoot = (script) => {
    const [command, ...rest] = [...prefix, 'sh', '-c', script];
    return runQuietly(command, rest);
  };
  asRoot(`printf '#!/bin/sh\\nexit 101\\n' > ${policy} && chmod 755 ${policy}`);
  try {
    return install();
  } finally {
    asRoot(`rm -f ${policy}`);
  }
}

/** Installs what is missing and returns what is still missing afterwards. */
function installSystemPackages() {
  const wanted = systemPackages.filter((p) => p.for !== 'test' || purpose === 'test');
  const missing = wanted.filter((p) => !isPresent(p));
  if (missing.length === 0 || process.platform !== 'linux') return missing;
  const names = missing.map((p) => p.name);
  const prefix = rootPrefix();
  if (!onPath('apt-get') || prefix === null) return missing;
  say(`installing ${names.join(' ')}`);
  const apt = (...args) => {
    const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'Dpkg::Use-Pty=0'];
    const [command, ...rest] = [...prefix, ...quiet, ...args];
    return runQuietly(command, rest);
  };
  withoutServices(prefix, () => {
    apt('update');
    const install = ['install', '-y', '--no-install-recommends'];
    if (apt(...install, ...names)) return;
    // One by one when the whole fails: a package this release does not know must not keep back the others.
    for (const name of names) apt(...install, name);
  });
  return wanted.filter((p) => !isPresent(p));
}

/**
 * Installs what the lock file says when it changed since the last time. No package may run code while it is installed: the
 * binaries in use are inside the packages. (npm would even compile better-sqlite3, which brings its binary: the lock file
 * does not carry the package's `gypfile: false`.) The one exception is `node`, whose script fetches the pinned runtime.
 */
function installNodePackages() {
  const stampFile = join(root, 'node_modules', '.eyrie-stamp');
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex');
  const isDone = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (isDone && existsSync(join(bin, 'node'))) return;
  say('installing npm packages');
  // npm must run on the machine's own Node: the pinned one lies in the folder that `npm ci` deletes first, and comes
  // first in the PATH of npm scripts.
  const folders = (process.env.PATH ?? '').split(delimiter);
  const env = { ...process.env, PATH: folders.filter((folder) => folder !== bin).join(delimiter) };
  delete env.NODE_ENV;
  const { npm_execpath: npmFile, npm_node_execpath: npmNode } = process.env;
  const npm = npmFile && npmNode ? [npmNode, npmFile] : ['npm'];
  const runNpm = (...args) => {
    const [command, ...rest] = [...npm, ...args, '--no-audit', '--no-fund', '--loglevel=error'];
    if (!runQuietly(command, rest, { env })) fail(`npm ${args[0]} failed: see the lines above.`);
  };
  runNpm('ci', '--include=dev', '--ignore-scripts');
  runNpm('rebuild', 'node', '--ignore-scripts=false');
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

function build(missing) {
  const canBuildNative = !missing.some((p) => p.for === 'build') && process.platform === 'linux';
  const env = {
    ...process.env,
    PATH: bin + delimiter + (process.env.PATH ?? ''),
    TURBO_TELEMETRY_DISABLED: '1',
  };
  const filter = canBuildNative ? [] : ['--only', '--filter=@eyrie/web'];
  const args = ['run', 'build', '--output-logs=errors-only', ...filter];
  if (runQuietly(join(bin, 'turbo'), args, { env })) return;
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
