import { quietContext } from '$lib/core/base/run';
import type { OptionValues } from '$lib/core/base/options';
import { collapseWarnings } from '$lib/core/evaluation/collapse';
import { meanMetrics, measureRanking, rankingTask } from '$lib/core/evaluation/evaluate';
import { randomisationTest } from '$lib/core/evaluation/rowTests';
import { splitInteractions } from '$lib/core/evaluation/splits';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import type { Compute } from '$lib/core/recommenders/recommender';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { trainingDataOf } from '$lib/core/recommenders/trainingData';
import type { InteractionList } from '$lib/core/store/interactionQueries';

/** How a model with its defaults does on data of which a random fifth of the pairs is held out. */
export interface Standing {
  ndcg: number;
  /** p of a two-sided paired randomisation test against popularity, where popularity leads; 1 where it does not. */
  behind: number;
  /** Whether the alarm of a collapsed model sounds. */
  hasCollapsed: boolean;
  /** The share of a list that anybody else's has, too. */
  alike: number;
  coverage: number;
  options: OptionValues;
  seconds: number;
}

/** Measures models one after the other on the same cut, beside popularity. */
export async function besidePopularity(
  list: InteractionList,
  compute: Compute,
  k = 20,
): Promise<(id: string, given?: OptionValues) => Promise<Standing>> {
  const { train, trainEvents, test } = splitInteractions(list, { kind: 'random', testShare: 0.2 }, 4);
  const task = rankingTask(train, test, { requireHistory: true });
  const data = trainingDataOf(list, {}, trainEvents);
  const ndcgs = async (id: string, given: OptionValues = {}) => {
    const recommender = findRecommender(id);
    const started = performance.now();
    const { model, options } = await trainRecommender({ recommender, given, data, seed: 1 }, compute, quietContext());
    const seconds = (performance.now() - started) / 1000;
    const measured = await measureRanking(model, task, { cutoffs: [k], servesNewUsers: false }, compute.kernels, quietContext());
    model.dispose?.();
    const column = measured.names.indexOf(`ndcg@${k}`);
    const each = Float64Array.from(task.users, (_, row) => measured.perUser[row * measured.names.length + column]);
    const metrics = meanMetrics(measured);
    return { each, ndcg: metrics[`ndcg@${k}`], coverage: metrics[`coverage@${k}`], measured, recommender, options, seconds };
  };
  const popular = await ndcgs('popularity');
  return async (id, given) => {
    const { each, ndcg, coverage, measured, recommender, options, seconds } = await ndcgs(id, given);
    const isBehind = ndcg < popular.ndcg;
    return {
      ndcg,
      behind: isBehind
        ? randomisationTest(
            each.map((value, row) => value - popular.each[row]),
            1,
          )
        : 1,
      hasCollapsed: collapseWarnings(recommender, measured.overlap).length > 0,
      alike: measured.overlap.shared / measured.overlap.k,
      coverage,
      options,
      seconds,
    };
  };
}
