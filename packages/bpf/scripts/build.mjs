// Builds what the sensor needs at run time: the BPF objects and the native addon.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

const hasHeaders = (folder) => existsSync(join(folder, 'include/node/node_api.h'));

/**
 * The folder with include/node of this very runtime: beside the running Node, or in the npm package of its binaries,
 * which is fetched once by npm when its installer did not leave it.
 */
function headersFolder() {
  const name = `node-linux-${process.arch}`;
  const fetched = join(root, 'build/headers');
  const candidates = [dirname(dirname(process.execPath)), join(fetched, 'node_modules', name)];
  try {
    const runtime = dirname(require.resolve('node/package.json'));
    candidates.push(join(runtime, 'node_modules', name), join(dirname(runtime), name));
  } catch {
    // Not installed through npm: the running Node's prefix is the only candidate.
  }
  const found = candidates.find(hasHeaders);
  if (found !== undefined) return found;
  mkdirSync(fetched, { recursive: true });
  writeFileSync(join(fetched, 'package.json'), '{ "private": true }\n');
  const spec = `${name}@${process.version.slice(1)}`;
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', fetched, spec], {
    stdio: 'inherit',
  });
  // Only the headers are wanted of it.
  rmSync(join(fetched, 'node_modules', name, 'bin'), { recursive: true, force: true });
  return join(fetched, 'node_modules', name);
}

function buildAddon() {
  const gyp = join(dirname(require.resolve('node-gyp/package.json')), 'bin/node-gyp.js');
  execFileSync(
    process.execPath,
    [gyp, 'configure', 'build', `--nodedir=${headersFolder()}`, '--loglevel=warn'],
    {
      cwd: join(root, 'addon'),
      stdio: 'inherit',
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}` },
    },
  );
  mkdirSync(join(root, 'build'), { recursive: true });
  // Replaced as a whole: a running process may have the old one mapped.
  const target = join(root, 'build/eyrie_bpf.node');
  copyFileSync(join(root, 'addon/build/Release/eyrie_bpf.node'), `${target}.new`);
  renameSync(`${target}.new`, target);
}

execFileSync(process.execPath, [join(root, 'scripts/build-bpf.mjs')], { stdio: 'inherit' });
buildAddon();
