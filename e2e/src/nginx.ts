import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram, type Program } from './program.ts';

const deploy = join(import.meta.dirname, '../../deploy/nginx');

/**
 * Starts a real nginx with the shipped deploy/nginx/eyrie.conf, in which only ports and folders are replaced, and the
 * certificate that the shipped script makes. Everything it writes goes to `folder`.
 */
export async function startNginx(
  folder: string,
  ports: { tls: number; plain: number; upstream: number },
): Promise<Program> {
  execFileSync(join(deploy, 'make-certificate.sh'), ['127.0.0.1', join(folder, 'tls')]);
  const site = readFileSync(join(deploy, 'eyrie.conf'), 'utf8')
    .replaceAll('/etc/eyrie/tls', join(folder, 'tls'))
    .replaceAll('eyrie.example.com', '127.0.0.1')
    .replace('listen 443', `listen 127.0.0.1:${ports.tls}`)
    .replace('listen 80', `listen 127.0.0.1:${ports.plain}`)
    .replace('127.0.0.1:7777', `127.0.0.1:${ports.upstream}`);
  writeFileSync(join(folder, 'site.conf'), site);
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const main = [
    `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx-error.log;`,
    'events {}',
    `http { access_log ${folder}/nginx-access.log; ${places.join(' ')} include ${folder}/site.conf; }`,
  ];
  writeFileSync(join(folder, 'nginx.conf'), main.join('\n'));
  const nginx = startProgram('nginx', [
    '-c',
    join(folder, 'nginx.conf'),
    '-e',
    join(folder, 'nginx-error.log'),
  ]);
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${ports.plain}/`, { redirect: 'manual' }).catch(
      () => undefined,
    );
    if (answer?.status === 301) return nginx;
    if (nginx.child.exitCode !== null || Date.now() > deadline)
      throw new Error(`nginx did not start:\n${nginx.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
