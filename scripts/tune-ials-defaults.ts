/**
 * Measures iALS under several rules for its default weight of unseen pairs, on data from dense to very wide: what
 * docs/decisions/0016-ials-defaults.md is written from. Prints a line per data set and choice. The test part of the
 * published sets is never read: a random fifth of their train part is held out.
 *
 *   npx tsx scripts/tune-ials-defaults.ts [data set,…] [α0,… or multiples of the density such as 10x] [λ,…] [factors]
 */
import { quietContext } from '../src/lib/core/base/run';
import { measureRanking, meanMetrics, rankingTask } from '../src/lib/core/evaluation/evaluate';
import type { AlsOptions } from '../src/lib/core/math/kernels';
import { factorScores } from '../src/lib/core/recommenders/factorModel';
import { openNodeKernels } from '../src/lib/platform/node/kernels';
import { tuningSets } from './tuning-data';

const names = (process.argv[2] ?? 'lastfm,electronics,ml-100k').split(',');
const weights = (process.argv[3] ?? '0.1,3x,10x,30x').split(',');
const regularizations = (process.argv[4] ?? '0.02').split(',').map(Number);
const factors = Number(process.argv[5] ?? 64);
const kernels = await openNodeKernels({ threads: 1 });

for (const name of names) {
  const { train, test } = await tuningSets[name]();
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
        blockSize: 32,
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
