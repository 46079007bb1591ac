/**
 * The ten best of 2,000 items for each of 20,000 customers, 64 factors, bought items left out: SIMD kernel against the
 * TypeScript reference, as ratios of one run.
 *
 *   node --import tsx benchmarks/recommendAll.mjs
 */
import { cpus } from 'node:os';
import { Random } from '../src/lib/core/base/random.ts';
import { quietContext } from '../src/lib/core/base/run.ts';
import { createReferenceKernels } from '../src/lib/core/math/referenceKernels.ts';
import { matrixFromPairs } from '../src/lib/core/math/sparseRows.ts';
import { openNodeKernels } from '../src/lib/platform/node/kernels.ts';

const [users, items, size, pairs] = [20_000, 2_000, 64, 300_000];
const random = new Random(1);
const draw = (length) => Float32Array.from({ length }, () => random.normal());
const request = {
  size,
  userFactors: draw(users * size),
  itemFactors: draw(items * size),
  users: Int32Array.from({ length: users }, (_, user) => user),
  k: 10,
  exclude: matrixFromPairs(
    users,
    items,
    Int32Array.from({ length: pairs }, () => random.below(users)),
    Int32Array.from({ length: pairs }, () => random.below(items)),
  ),
};

console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`);
const rows = [];
for (const [name, kernels] of [
  ['SIMD, 1 thread', await openNodeKernels({ threads: 1 })],
  ['SIMD, 2 threads', await openNodeKernels({ threads: 2 })],
  ['TypeScript', createReferenceKernels('')],
]) {
  const seconds = [];
  for (let round = 0; round < (name === 'TypeScript' ? 1 : 4); round++) {
    const started = performance.now();
    await kernels.topK(request, quietContext());
    seconds.push((performance.now() - started) / 1000);
  }
  rows.push({ name, seconds: seconds.sort((a, b) => a - b)[seconds.length >> 1] });
  kernels.close();
}
console.log('| top 10 of 2,000 items for 20,000 customers | seconds | times faster than TypeScript |\n|---|---|---|');
for (const { name, seconds } of rows) console.log(`| ${name} | ${seconds.toFixed(3)} | ${(rows.at(-1).seconds / seconds).toFixed(1)} |`);
process.exit(0);
