// Builds what the sensor needs at run time: the BPF objects and the native addon.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** The folder with include/node: the runtime's own npm package carries its headers, so none are downloaded. */
function headersFolder() {
  const candidates = [dirname(dirname(process.execPath))];
  try {
    const runtime = dirname(require.resolve('node/package.json'));
    for (const arch of ['linux-x64', 'linux-arm64', `linux-${process.arch}`]) {
      candidates.push(join(runtime, 'node_modules', `node-${arch}`), join(dirname(runtime), `node-${arch}`));
    }
  } catch {
    // Not installed through npm: the running Node's prefix is the only candidate.
  }
  const found = candidates.find((folder) => existsSync(join(folder, 'include/node/node_api.h')));
  if (found === undefined) throw new Error(`No Node headers in any of: ${candidates.join(', ')}`);
  return found;
}

function buildAddon() {
  const gyp = join(dirname(require.resolve('node-gyp/package.json')), 'bin/node-gyp.js');
  const verb = existsSync(join(root, 'addon/build/Makefile')) ? ['build'] : ['configure', 'build'];
  execFileSync(process.execPath, [gyp, ...verb, `--nodedir=${headersFolder()}`, '--loglevel=warn'], {
    cwd: join(root, 'addon'),
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}` },
  });
  mkdirSync(join(root, 'build'), { recursive: true });
  copyFileSync(join(root, 'addon/build/Release/eyrie_bpf.node'), join(root, 'build/eyrie_bpf.node'));
}

execFileSync(process.execPath, [join(root, 'scripts/build-bpf.mjs')], { stdio: 'inherit' });
buildAddon();
