/**
 * Chooses iALS options for the Last.fm split of DeepCF without looking at its test file: one random train item of each
 * user is held out and ranked among 99 items that the user has not in train, for several seeds. Prints a line per
 * choice; the best one stands in models/ials-lastfm.md.
 *
 *   npx tsx scripts/tune-lastfm.ts [folder of deepcf-lastfm] [factors,factors …] [seed,seed …]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../src/lib/core/base/random';
import { quietContext } from '../src/lib/core/base/run';
import { measureRanking, meanMetrics, rankingTask } from '../src/lib/core/evaluation/evaluate';
import { readSplit } from '../src/lib/core/evaluation/splitFiles';
import type { AlsOptions, Kernels } from '../src/lib/core/math/kernels';
import { matrixFromPairs, type InteractionMatrix } from '../src/lib/core/math/sparseRows';
import { factorScores } from '../src/lib/core/recommenders/factorModel';
import { openNodeKernels } from '../src/lib/platform/node/kernels';

const folder = process.argv[2] ?? '../shared/data/deepcf-lastfm';
const allFactors = (process.argv[3] ?? '64,128').split(',').map(Number);
const seeds = (process.argv[4] ?? '1').split(',').map(Number);
const epochsShown = [4, 8, 16];

const read = (name: string) => ({ name, text: readFileSync(join(folder, name), 'utf8') });
// The test file is read for its ids only, so that indexes agree with those of the real run.
const { train } = readSplit('ncf', read('lastfm.train.rating'), read('lastfm.test.rating'), read('lastfm.test.negative'));
const kernels = await openNodeKernels();

for (const factors of allFactors) {
  for (const frequencyScaling of [1, 0.5]) {
    for (const unobservedWeight of [0.03, 0.06, 0.12]) {
      // Frequency scaling multiplies λ by about (50 + α0 · 2000)^ν.
      const typical = (50 + unobservedWeight * 2000) ** frequencyScaling;
      for (const strength of [2.5, 3.5, 5]) {
        const regularization = Number((strength / typical).toPrecision(2));
        await tryOptions({
          factors,
          regularization,
          frequencyScaling,
          unobservedWeight,
          alpha: 0,
          initialScale: 0.1,
          solver: 'cholesky',
          cgSteps: 3,
          blockSize: 32,
        });
      }
    }
  }
}
kernels.close();

async function tryOptions(options: AlsOptions): Promise<void> {
  const runs = [];
  for (const seed of seeds) runs.push(await validate(kernels, options, seed));
  const shown = epochsShown.map((_, at) => runs.map((run) => run[at]));
  const text = shown.map((pair) => `${mean(pair.map((m) => m['hr@10'])).toFixed(4)}/${mean(pair.map((m) => m['ndcg@10'])).toFixed(4)}`);
  const { factors, unobservedWeight, regularization, frequencyScaling } = options;
  console.log(`d=${factors} α0=${unobservedWeight} λ=${regularization} ν=${frequencyScaling}: ${text.join(' ')}`);
}

async function validate(kernels: Kernels, options: AlsOptions, seed: number): Promise<Record<string, number>[]> {
  const { rest, held, candidates } = holdOneOut(train, seed);
  const task = rankingTask(rest, held, { requireHistory: true, candidates });
  const fit = await kernels.als(rest, options, seed);
  const results: Record<string, number>[] = [];
  for (let epoch = 1; epoch <= epochsShown.at(-1)!; epoch++) {
    await fit.sweep(quietContext());
    if (!epochsShown.includes(epoch)) continue;
    const model = factorScores(rest.items, options.factors, fit.userFactors(), fit.itemFactors());
    results.push(meanMetrics(await measureRanking(model, task, { cutoffs: [10], servesNewUsers: false }, kernels, quietContext())));
  }
  fit.dispose();
  return results;
}

/** One random item of each user with at least two, and 99 others that the user has not. */
function holdOneOut(matrix: InteractionMatrix, seed: number) {
  const random = new Random(seed, 9);
  const [rest, held, shown]: [number, number][][] = [[], [], []];
  for (let user = 0; user < matrix.users; user++) {
    const items = matrix.columns.subarray(matrix.rowStarts[user], matrix.rowStarts[user + 1]);
    const chosen = items.length > 1 ? random.below(items.length) : -1;
    items.forEach((item, at) => (at === chosen ? held : rest).push([user, item]));
    if (chosen < 0) continue;
    const own = new Set(items);
    const drawn = new Set([items[chosen]]);
    while (drawn.size < 100) {
      const item = random.below(matrix.items);
      if (!own.has(item)) drawn.add(item);
    }
    for (const item of drawn) shown.push([user, item]);
  }
  const toMatrix = (pairs: [number, number][]) =>
    matrixFromPairs(
      matrix.users,
      matrix.items,
      pairs.map(([user]) => user),
      pairs.map(([, item]) => item),
    );
  return { rest: toMatrix(rest), held: toMatrix(held), candidates: toMatrix(shown) };
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
