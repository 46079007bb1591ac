/**
 * Measures iALS under several rules for its default weight of unseen pairs, on data from dense to very wide: what
 * docs/decisions/0016-ials-defaults.md is written from. Prints a line per data set and choice. The test part of the
 * published sets is never read: a random fifth of their train part is held out.
 *
 *   npx tsx scripts/tune-ials-defaults.ts [data set,…] [α0,… or multiples of the density such as 10x] [λ,…] [factors]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../src/lib/core/base/random';
import { quietContext } from '../src/lib/core/base/run';
import { measureRanking, meanMetrics, rankingTask } from '../src/lib/core/evaluation/evaluate';
import { readSplit } from '../src/lib/core/evaluation/splitFiles';
import type { AlsOptions } from '../src/lib/core/math/kernels';
import { matrixFromPairs, type InteractionMatrix } from '../src/lib/core/math/sparseRows';
import { factorScores } from '../src/lib/core/recommenders/factorModel';
import { openNodeKernels } from '../src/lib/platform/node/kernels';
import { wideCatalogue } from '../tests/support/wideCatalogue';

const data = '../shared/data';
const read = (name: string) => ({ name, text: readFileSync(join(data, name), 'utf8') });

const sets: Record<string, () => { train: InteractionMatrix; test: InteractionMatrix }> = {
  wide: () => wideCatalogue({ users: 30_000, items: 41_000, pairs: 800_000, tastes: 200, seed: 1 }),
  wider: () => wideCatalogue({ users: 43_000, items: 35_000, pairs: 800_000, tastes: 500, seed: 2 }),
  smallWide: () => wideCatalogue({ users: 3_000, items: 4_000, pairs: 36_000, tastes: 20, seed: 3 }),
  lastfm: () => holdOut(readSplit('ncf', read('deepcf-lastfm/lastfm.train.rating'), read('deepcf-lastfm/lastfm.test.rating')).train),
  electronics: () => holdOut(readSplit('adjacency', read('ultragcn-electronics/train.txt'), read('ultragcn-electronics/test.txt')).train),
  'ml-100k': () => holdOut(readSplit('pairs', read('ml-100k/u.data'), read('ml-100k/u.data')).train),
};

const names = (process.argv[2] ?? 'lastfm,electronics,ml-100k').split(',');
const weights = (process.argv[3] ?? '0.1,3x,10x,30x').split(',');
const regularizations = (process.argv[4] ?? '0.02').split(',').map(Number);
const factors = Number(process.argv[5] ?? 64);
const kernels = await openNodeKernels({ threads: 1 });

for (const name of names) {
  const { train, test } = sets[name]();
  const task = rankingTask(train, test, { requireHistory: true });
  const density = train.columns.length / train.users / train.items;
  console.log(`# ${name}: ${train.users} × ${train.items}, ${train.columns.length} pairs, density ${density.toPrecision(3)}`);
  const popular = new Float32Array(train.items);
  for (const item of train.columns) popular[item]++;
  console.log(`${name} popularity: ${await figures(factorScores(train.items, 1, new Float32Array(train.users).fill(1), popular), task)}`);
  for (const weight of weights) {
    for (const regularization of regularizations) {
      const unobservedWeight = weight.endsWith('x') ? Number(weight.slice(0, -1)) * density : Number(weight);
      const options: AlsOptions = {
        factors,
        regularization,
        unobservedWeight,
        frequencyScaling: 1,
        alpha: 0,
        initialScale: 0.1,
        solver: factors > 32 ? 'cg' : 'cholesky',
        cgSteps: 3,
      };
      const fit = await kernels.als(train, options, 1);
      const shown: string[] = [];
      for (let epoch = 1; epoch <= 16; epoch++) {
        await fit.sweep(quietContext());
        if (epoch !== 6 && epoch !== 16) continue;
        shown.push(await figures(factorScores(train.items, factors, fit.userFactors(), fit.itemFactors()), task));
      }
      fit.dispose();
      console.log(`${name} d=${factors} α0=${weight}=${unobservedWeight.toPrecision(3)} λ=${regularization}: ${shown.join('  |  ')}`);
    }
  }
}
kernels.close();

async function figures(model: Parameters<typeof measureRanking>[0], task: Parameters<typeof measureRanking>[1]): Promise<string> {
  const metrics = meanMetrics(await measureRanking(model, task, { cutoffs: [20], servesNewUsers: false }, kernels, quietContext()));
  return `R ${metrics['recall@20'].toFixed(4)} N ${metrics['ndcg@20'].toFixed(4)} cov ${metrics['coverage@20'].toFixed(4)}`;
}

/** A random fifth of the pairs. */
function holdOut(matrix: InteractionMatrix): { train: InteractionMatrix; test: InteractionMatrix } {
  const random = new Random(4, 9);
  const parts = [0, 1].map(() => ({ user: [] as number[], item: [] as number[] }));
  for (let user = 0; user < matrix.users; user++) {
    for (let entry = matrix.rowStarts[user]; entry < matrix.rowStarts[user + 1]; entry++) {
      const part = parts[random.uniform() < 0.2 ? 1 : 0];
      part.user.push(user);
      part.item.push(matrix.columns[entry]);
    }
  }
  const [train, test] = parts.map(({ user, item }) => matrixFromPairs(matrix.users, matrix.items, user, item));
  return { train, test };
}
