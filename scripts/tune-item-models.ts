/**
 * Chooses the defaults of ease, of neighbours, walks, rules and SLIM on held-out parts of published train files; the
 * cards hold what it printed.
 *
 *   npx tsx scripts/tune-item-models.ts [data set,…] [model,…]
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
  ...['tf-idf', 'bm25', 'jaccard'].map((likeness): [string, OptionValues] => ['item-knn', { likeness }]),
  ...[0.3, 0.4, 0.6, 0.8].map((asymmetry): [string, OptionValues] => ['item-knn', { asymmetry }]),
  ...['cosine', 'tf-idf', 'jaccard'].map((likeness): [string, OptionValues] => ['user-knn', { likeness }]),
  ...[50, 100, 200].flatMap((nearestUsers) =>
    [0.3, 0.5, 0.8].map((bm25B): [string, OptionValues] => ['user-knn', { nearestUsers, bm25B }]),
  ),
  ...[0.5, 0.7, 1].flatMap((walkPower) =>
    [0.2, 0.3, 0.4, 0.5].map((popularityPenalty): [string, OptionValues] => ['rp3beta', { walkPower, popularityPenalty }]),
  ),
  ...[10, 50, 200].flatMap((regularization) =>
    [0.3, 0.5, 1, 3].map((sparsity): [string, OptionValues] => ['slim', { regularization, sparsity }]),
  ),
  ['association-rules', {}],
  ['association-rules', { combine: 'best' }],
  ['association-rules', { ruleScore: 'lift' }],
  ['popularity', {}],
  ['ials', {}],
];
const wanted = process.argv[3]?.split(',');

for (const name of (process.argv[2] ?? 'lastfm,electronics,ml-100k').split(',')) {
  const { train, test } = await tuningSets[name]();
  const task = rankingTask(train, test, { requireHistory: true });
  for (const [id, given] of choices.filter(([id]) => !wanted || wanted.includes(id))) {
    const recommender = findRecommender(id);
    const compute = { kernels, tensors: () => Promise.reject(new Error('not needed')) };
    const { model } = await trainRecommender({ recommender, given, data: { pairs: train }, seed: 1 }, compute, quietContext());
    const metrics = meanMetrics(await measureRanking(model, task, { cutoffs: [20], servesNewUsers: false }, kernels, quietContext()));
    const shown = ['recall@20', 'ndcg@20', 'coverage@20'].map((metric) => metrics[metric].toFixed(4));
    console.log(`${name} ${id} ${JSON.stringify(given)}: recall ${shown[0]} ndcg ${shown[1]} coverage ${shown[2]}`);
  }
}
kernels.close();
