import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate for loopback and the names the demonstration clients call, signed by itself. */
export interface Certificate {
  /** File to name in NODE_EXTRA_CA_CERTS or `curl --cacert`. */
  readonly path: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** The hosts the clients believe they talk to. They are looked up nowhere: the clients resolve every name to loopback. */
const hostNames = ['api.openai.com', 'api.anthropic.com', 'localhost'] as const;

/**
 * Makes a key and a certificate in `folder` with the openssl program. Valid for one day: it lives as long as a demonstration.
 * Throws when openssl is missing or fails.
 */
export function makeCertificate(folder: string): Certificate {
  const key = join(folder, 'key.pem');
  const path = join(folder, 'certificate.pem');
  const names = [...hostNames.map((name) => `DNS:${name}`), 'IP:127.0.0.1'].join(',');
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '1',
      ],
      ...['-keyout', key, '-out', path, '-subj', '/CN=Eyrie demo', '-addext', `subjectAltName=${names}`],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return { path, certificatePem: readFileSync(path, 'utf8'), keyPem: readFileSync(key, 'utf8') };
}
