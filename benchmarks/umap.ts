/**
 * How long a map by UMAP takes: neighbours and layout, in Node on one thread.
 *
 *   node --import tsx benchmarks/umap.ts [points ...]
 */
import { cpus } from 'node:os';
import { Random } from '../src/lib/core/base/random';
import { createRunContext } from '../src/lib/core/base/run';
import { umap, umapDefaults } from '../src/lib/core/math/umap';

const columns = 20;
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1000, 5000, 10_000];
console.log(`${cpus()[0].model}, ${columns} columns, ${umapDefaults.neighbours} neighbours\n`);
console.log('| points | seconds for neighbours | seconds for all | longest time without a pause, ms |\n|---:|---:|---:|---:|');
for (const size of sizes) {
  const random = new Random(1);
  const values = Float32Array.from({ length: size * columns }, (_, at) => 3 * (Math.floor(at / columns) % 6) + 2 * random.normal());
  const started = performance.now();
  let neighbours = 0;
  let [last, longest] = [started, 0];
  const plain = createRunContext(new AbortController().signal, ({ stage }) => {
    if (stage === 'neighbours') neighbours = performance.now() - started;
  });
  const run = {
    ...plain,
    async breathe() {
      longest = Math.max(longest, performance.now() - last);
      await plain.breathe();
      last = performance.now();
    },
  };
  await umap({ rows: size, columns, values }, umapDefaults, 1, run);
  const seconds = (performance.now() - started) / 1000;
  console.log(`| ${size} | ${(neighbours / 1000).toFixed(1)} | ${seconds.toFixed(1)} | ${longest.toFixed(0)} |`);
}
