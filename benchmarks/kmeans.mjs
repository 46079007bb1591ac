/**
 * k-means, k = 8, of a million people by 20 traits: the SIMD kernel against scikit-learn's Lloyd from the same centres,
 * for as many iterations and on as many threads. They take turns in one run, and the best of each counts; the goal is a
 * ratio of 1 or less. The plain TypeScript stands beside them once.
 *
 *   node --import tsx benchmarks/kmeans.mjs <python with scikit-learn, see scripts/reference/kmeans_speed.py> [repeats]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Random } from '../src/lib/core/base/random.ts';
import { quietContext } from '../src/lib/core/base/run.ts';
import { createReferenceKernels } from '../src/lib/core/math/referenceKernels.ts';
import { openNodeKernels } from '../src/lib/platform/node/kernels.ts';

const [rows, columns, k] = [1_000_000, 20, 8];
const [python, repeats = '7'] = process.argv.slice(2);
if (!python) throw new Error('Which Python has scikit-learn? See the first lines of this file.');

const folder = mkdtempSync(join(tmpdir(), 'muster-kmeans-'));
console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, ${rows} people, ${columns} traits, k = ${k}`);
console.log('\n| people | threads | iterations | ours | scikit-learn | ratio | TypeScript |\n|---|---|---|---|---|---|---|');
try {
  for (const [name, apart, iterations] of [
    ['around eight places', 6, 100],
    ['around eight places that overlap', 2, 40],
    ['around one place', 0, 40],
  ]) {
    const values = peopleAround(apart);
    const path = join(folder, 'points');
    writeFileSync(path, values);
    for (const threads of [1, 2]) await compare(name, { rows, columns, values }, path, iterations, threads);
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(0);

async function compare(name, points, path, maxIterations, threads) {
  const options = { k, starts: 1, maxIterations, tolerance: 0, centres: points.values.slice(0, k * columns) };
  const kernels = await openNodeKernels({ threads });
  const theirs = await openSklearn(path, maxIterations, threads);
  const [own, other] = [[], []];
  let fit;
  let answer;
  for (let repeat = 0; repeat < Number(repeats); repeat++) {
    const start = performance.now();
    fit = await kernels.kmeans(points, options, 1, quietContext());
    own.push((performance.now() - start) / 1000);
    answer = await theirs.fit();
    other.push(answer.seconds);
  }
  kernels.close();
  theirs.close();
  // In float32 sums of either kind a label may change an iteration sooner.
  if (Math.abs(fit.iterations - answer.iterations) > 2) throw new Error(`${fit.iterations} and ${answer.iterations} iterations`);
  if (Math.abs(fit.inertia / answer.inertia - 1) > 1e-4) throw new Error(`inertia ${fit.inertia} and ${answer.inertia}`);
  const [a, b] = [Math.min(...own), Math.min(...other)];
  const plain = threads === 1 ? await secondsOfReference(points, options) : undefined;
  console.log(
    `| ${name} | ${threads} | ${fit.iterations} | ${a.toFixed(3)} s | ${b.toFixed(3)} s | ${(a / b).toFixed(2)} | ${plain ? `${plain.toFixed(1)} s` : ''} |`,
  );
}

async function secondsOfReference(points, options) {
  const start = performance.now();
  await createReferenceKernels('').kmeans(points, options, 1, quietContext());
  return (performance.now() - start) / 1000;
}

async function openSklearn(path, iterations, threads) {
  const script = fileURLToPath(new URL('../scripts/reference/kmeans_speed.py', import.meta.url));
  const process_ = spawn(python, [script, path, columns, k, iterations].map(String), {
    env: { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    fit: async () => {
      process_.stdin.write('\n');
      return JSON.parse((await lines.next()).value);
    },
    close: () => process_.stdin.end(),
  };
}

/** People around eight places, so far `apart` from each other on average. */
function peopleAround(apart) {
  const random = new Random(1);
  const places = Float64Array.from({ length: k * columns }, () => (apart / Math.sqrt(2 * columns)) * random.normal());
  const values = new Float32Array(rows * columns);
  for (let at = 0; at < values.length; at += columns) {
    const place = random.below(k) * columns;
    for (let column = 0; column < columns; column++) values[at + column] = places[place + column] + random.normal();
  }
  return values;
}
