/**
 * Tries options of a model on held-out fifths of published train files; the cards hold what it printed. The test files
 * are never measured on.
 *
 *   npx tsx scripts/tune-models.ts <data set,…> <model> [option=value,value …] …
 *   npx tsx scripts/tune-models.ts lastfm,electronics gf-cf factors=64,256 lowPassWeight=0.1,0.3
 */
import type { OptionValues } from '../src/lib/core/base/options';
import { quietContext } from '../src/lib/core/base/run';
import { measureRanking, meanMetrics, rankingTask } from '../src/lib/core/evaluation/evaluate';
import { findRecommender } from '../src/lib/core/recommenders/catalogue';
import { trainRecommender } from '../src/lib/core/recommenders/trainRecommender';
import { openNodeKernels } from '../src/lib/platform/node/kernels';
import { openNodeTensors } from '../src/lib/platform/node/tensors';
import { tuningSets } from './tuning-data';

const [names, model, ...ranges] = process.argv.slice(2);
const recommender = findRecommender(model);
const kernels = await openNodeKernels({ threads: 1 });
const compute = { kernels, tensors: openNodeTensors };

for (const name of names.split(',')) {
  const { train, test } = await tuningSets[name]();
  const task = rankingTask(train, test, { requireHistory: true });
  for (const given of combinations(ranges)) {
    const started = performance.now();
    const { model } = await trainRecommender({ recommender, given, data: { pairs: train }, seed: 1 }, compute, quietContext());
    const trained = performance.now();
    const metrics = meanMetrics(await measureRanking(model, task, { cutoffs: [20], servesNewUsers: false }, kernels, quietContext()));
    const shown = ['recall@20', 'ndcg@20', 'coverage@20'].map((metric) => metrics[metric].toFixed(4));
    const seconds = [trained - started, performance.now() - trained].map((ms) => (ms / 1000).toFixed(1));
    console.log(
      `${name} ${recommender.id} ${JSON.stringify(given)}: recall ${shown[0]} ndcg ${shown[1]} coverage ${shown[2]} (${seconds.join(' + ')} s)`,
    );
  }
}
kernels.close();

/** Every choice of one value for each option. */
function combinations(given: string[]): OptionValues[] {
  return given.reduce<OptionValues[]>(
    (made, range) => {
      const [option, values] = range.split('=');
      return made.flatMap((each) =>
        values.split(',').map((value) => ({ ...each, [option]: Number.isNaN(Number(value)) ? value : Number(value) })),
      );
    },
    [{}],
  );
}
