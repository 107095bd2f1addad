/**
 * Writes the SQL of every read query to `queries/`, for review as a diff.
 * `--check` writes nothing and fails when a file is missing, stale or no longer made.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Compilable } from 'kysely';
import { querySamples } from '../test/query-samples.ts';

const directory = new URL('../queries/', import.meta.url);

/** One clause a line: long lines make bad diffs. */
function layOut(query: Compilable): string {
  const clauses =
    / (?=(?:from|left join|inner join|where|and|order by|group by|limit|union all|select|values) )/g;
  return `${query.compile().sql.replaceAll(clauses, '\n')}\n`;
}

function existing(name: string): string | null {
  try {
    return readFileSync(new URL(name, directory), 'utf8');
  } catch {
    return null;
  }
}

const wanted = new Map(Object.entries(querySamples).map(([name, query]) => [`${name}.sql`, layOut(query)]));
const stale = [...wanted].filter(([name, text]) => existing(name) !== text);
const extra = readdirSync(directory).filter((name) => !wanted.has(name));

if (process.argv.includes('--check')) {
  const wrong = [...stale.map(([name]) => name), ...extra];
  if (wrong.length > 0) {
    console.error(`Out of date in ${fileURLToPath(directory)}: ${wrong.join(', ')}`);
    console.error('Run "node scripts/print-queries.ts" in packages/db and review the diff.');
    process.exitCode = 1;
  }
} else {
  for (const [name, text] of stale) writeFileSync(new URL(name, directory), text);
  for (const name of extra) rmSync(new URL(name, directory));
  console.log(`${wanted.size} queries, ${stale.length} changed, ${extra.length} removed`);
}
