/**
 * Turns every `.graphql` file of the web app into a typed document in `src/lib/gen/documents.ts`.
 * With `--check` it writes nothing and fails when the file on disk is not what it would write.
 * An operation that doesn't fit the server's schema is an error in both cases.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { generateDocuments } from './documents.ts';

const target = new URL('../src/lib/gen/documents.ts', import.meta.url);
const check = process.argv.includes('--check');
const result = generateDocuments();
if (!result.ok) {
  process.stderr.write(`${result.errors.join('\n')}\n`);
  process.exitCode = 1;
} else if (!check) {
  writeFileSync(target, result.code);
} else if (readFileSync(target, 'utf8') !== result.code) {
  process.stderr.write('src/lib/gen/documents.ts is stale: run `npm run generate` in apps/web.\n');
  process.exitCode = 1;
}
