/**
 * Prints the GraphQL schema, sorted, to `schema.graphql`: the contract with the dashboard and other clients.
 * With `--check` it changes nothing and fails when the file is not what the code says.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { format, resolveConfig } from 'prettier';
import { schema } from '../src/graphql/schema/index.ts';

const path = fileURLToPath(new URL('../schema.graphql', import.meta.url));
const printed = await format(printSchema(lexicographicSortSchema(schema)), {
  ...(await resolveConfig(path)),
  parser: 'graphql',
});

if (process.argv.includes('--check')) {
  if ((await readFile(path, 'utf8')) !== printed) {
    console.error(
      'apps/server/schema.graphql is not up to date: run "node scripts/print-schema.ts" in apps/server.',
    );
    process.exitCode = 1;
  }
} else {
  await writeFile(path, printed);
}
