/**
 * Chooses the defaults of ease and item-knn on held-out parts of published train files; the cards hold what it printed.
 *
 *   npx tsx scripts/tune-item-models.ts [data set,…]
 */
import type { OptionValues } from '../src/lib/core/base/options';
import { quietContext } from '../src/lib/core/base/run';
import { measureRanking, meanMetrics, rankingTask } from '../src/lib/core/evaluation/evaluate';
import { findRecommender } from '../src/lib/core/recommenders/catalogue';
import { trainRecommender } from '../src/lib/core/recommenders/trainRecommender';
import { openNodeKernels } from '../src/lib/platform/node/kernels';
import { tuningSets } from './tuning-data';

const kernels = await openNodeKernels({ threads: 1 });
const choices: [string, OptionValues][] = [
  ...[20, 50, 100, 200, 500, 1000].map((regularization): [string, OptionValues] => ['ease', { regularization }]),
  ...[20, 100, 500].flatMap((neighbours) =>
    [0, 10, 50].map((shrinkage): [string, OptionValues] => ['item-knn', { neighbours, shrinkage }]),
  ),
  ['popularity', {}],
  ['ials', {}],
];

for (const name of (process.argv[2] ?? 'lastfm,electronics,ml-100k').split(',')) {
  const { train, test } = await tuningSets[name]();
  const task = rankingTask(train, test, { requireHistory: true });
  for (const [id, given] of choices) {
    const recommender = findRecommender(id);
    const compute = { kernels, tensors: () => Promise.reject(new Error('not needed')) };
    const { model } = await trainRecommender({ recommender, given, data: { pairs: train }, seed: 1 }, compute, quietContext());
    const metrics = meanMetrics(await measureRanking(model, task, { cutoffs: [20], servesNewUsers: false }, kernels, quietContext()));
    const shown = ['recall@20', 'ndcg@20', 'coverage@20'].map((metric) => metrics[metric].toFixed(4));
    console.log(`${name} ${id} ${JSON.stringify(given)}: recall ${shown[0]} ndcg ${shown[1]} coverage ${shown[2]}`);
  }
}
kernels.close();
