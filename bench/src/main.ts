/**
 * `npm run bench [name …]`: each benchmark prints its figure, the floor or peer measured in the same run, and their ratio. Machines
 * are shared and noisy: compare ratios, not figures.
 */
import { availableParallelism, loadavg, release } from 'node:os';
import type { BenchResult } from './result.ts';

const benchmarks: Record<string, () => Promise<{ run(): Promise<readonly BenchResult[]> }>> = {
  ring: () => import('./ring.ts'),
  assemble: () => import('./assemble.ts'),
  store: () => import('./store.ts'),
  ingest: () => import('./ingest.ts'),
  tls: () => import('./tls.ts'),
  latency: () => import('./latency.ts'),
};

const figure = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

function print(result: BenchResult): void {
  console.log(result.name);
  console.log(`  ${figure.format(result.value)} ${result.unit}`);
  console.log(`  ${figure.format(result.floor.value)} ${result.unit}  ${result.floor.name}`);
  console.log(`  ratio ${figure.format(result.ratio)}`);
  for (const note of result.notes ?? []) console.log(`  ${note}`);
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`unknown benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}
console.log(`Node ${process.version}, Linux ${release()}, ${availableParallelism()} processors\n`);
for (const [name, load] of Object.entries(benchmarks)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.log(`${name}: load average ${loadavg()[0]?.toFixed(1)} at its start`);
  for (const result of await (await load()).run()) print(result);
}
