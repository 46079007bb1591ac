import { stableJson } from '../core/base/hash';
import { commonEvents, cutFor, ordered, renamed, type Cut } from '../core/evaluation/compareModels';
import type { SplitSpec } from '../core/evaluation/types';
import { identityNumbering, type Numbering } from '../core/math/permute';
import type { RecommenderSpec } from '../core/plan/schema';
import { findRecommender } from '../core/recommenders/catalogue';
import { featureParts, readNumbering } from '../core/recommenders/readTrainingData';
import type { RecommenderModel } from '../core/recommenders/recommender';
import { trainRecommender } from '../core/recommenders/trainRecommender';
import { defaultEventWeights, readInteractionList, type EventWeights, type InteractionList } from '../core/store/interactionQueries';
import { remember } from '../core/store/remember';
import type { Epoch } from './epoch';
import { computeOf } from './recommenders';

/** The comparison's cut of the data; customers and items are by place. */
export interface TestPart {
  cut: Cut;
  /** All interactions, in the order that the cut's events name. */
  list: InteractionList;
  numbering: Numbering;
  events: EventWeights;
}

/**
 * The parts as a comparison of these models makes them (of repeats, the first).
 * @throws UserError `split_empty`, `split_no_users`, `protocol_differs`
 */
export async function testPart(epoch: Epoch, models: readonly RecommenderSpec[], split: SplitSpec): Promise<TestPart> {
  const data = await epoch.data();
  const events = commonEvents(models.map((spec) => spec.events ?? models[0]?.events ?? defaultEventWeights));
  const { seed } = epoch.plan;
  return remember(
    data,
    `test part ${stableJson([events, split, seed])}`,
    async ({ signal }) => {
      const interactions = await readInteractionList(data.store, data, events, signal);
      const numbering = await readNumbering(data, signal);
      const byPlace = ordered({ interactions, numbering, parts: featureParts(data) });
      const cut = cutFor(byPlace, split, seed);
      return { cut, list: byPlace.interactions, numbering: numbering ?? identityNumbering(data), events };
    },
    epoch,
  );
}

/**
 * A model of the train part alone, by place, kept while there is room for it. Progress stage: `train:<id>`.
 * @throws UserError `recommender_unknown`, `option_…`, and what training throws
 */
export async function trainPartModel(epoch: Epoch, spec: RecommenderSpec, part: TestPart, split: SplitSpec): Promise<RecommenderModel> {
  const { seed } = epoch.plan;
  const recommender = findRecommender(spec.algorithm);
  return remember(
    await epoch.data(),
    `train part model ${stableJson([recommender.id, spec.options, part.events, split, seed])}`,
    async (run) => {
      const request = { recommender, given: spec.options, data: part.cut.data, seed };
      return (await trainRecommender(request, await computeOf(epoch), renamed(run, `train:${spec.id}`))).model;
    },
    epoch,
  );
}
