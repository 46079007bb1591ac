import { UserError } from '../../core/base/errors';
import { commonEvents, compareModels, type Contestant } from '../../core/evaluation/compareModels';
import type { Comparison, SplitSpec } from '../../core/evaluation/types';
import type { RecommenderSpec } from '../../core/plan/schema';
import { recommendForUsers } from '../../core/recommendations/recommendForUsers';
import { findRecommender } from '../../core/recommenders/catalogue';
import { indexesOf } from '../../core/store/columns';
import { defaultEventWeights, readInteractionList } from '../../core/store/interactionQueries';
import { readHistory, readItemLines, type HistoryLine, type ItemLine } from '../../core/store/itemQueries';
import { sql } from '../../core/store/sql';
import { ensureData } from '../openData';
import { estimateRecommender, refuseTooLarge, type RecommenderEstimate } from '../recommenderEstimate';
import { saveWorkspace } from '../saveWorkspace';
import { computeOf, exclusionOf, trainedModel } from '../trainedModels';
import type { Operation } from './context';

export type { ItemLine } from '../../core/store/itemQueries';

/**
 * Trains each model on the train part and ranks all unseen items for the test users. A popularity baseline is always
 * a row. Progress stages are `prepare`, `train:<id>` with values `{ epoch, loss }`, `evaluate:<id>`. The result is kept in the workspace.
 */
export const recommendersCompare: Operation<{ models: RecommenderSpec[]; split: SplitSpec; cutoffs: number[] }, Comparison> = async (
  { models, split, cutoffs },
  context,
) => {
  const { desk } = context;
  const { workspace } = desk;
  const data = await ensureData(desk);
  const specs = withBaseline(models);
  const weights = commonEvents(specs.map((spec) => spec.events ?? models[0]?.events ?? defaultEventWeights));
  context.report({ stage: 'prepare', done: 0, unit: 'steps' });
  const interactions = await readInteractionList(data.store, data, weights, context.signal);
  for (const spec of specs) await refuseTooLarge(desk, spec, interactions.userOfEvent.length);
  const comparison = await compareModels(
    {
      contestants: specs.map(contestant),
      interactions,
      events: weights,
      dataHash: data.dataHash,
      split,
      seed: workspace.plan.seed,
      cutoffs,
      now: () => desk.platform.now().getTime(),
    },
    await computeOf(desk),
    context,
  );
  const dated: Comparison = { ...comparison, protocol: { ...comparison.protocol, asOf: data.asOf } };
  workspace.comparison = dated;
  await saveWorkspace(desk);
  return dated;
};

export const recommenderEstimate: Operation<{ model: RecommenderSpec }, RecommenderEstimate> = async ({ model }, { desk }) =>
  // An upper bound: several events of one pair become one interaction.
  estimateRecommender(desk, model, desk.workspace.facts?.events ?? 0);

export interface CustomerRecommendations {
  userId: string;
  /** Newest first. */
  history: HistoryLine[];
  lists: { modelId: string; items: (ItemLine & { rank: number; score: number })[]; note: string }[];
}

/** Lines of history that a customer's page begins with. */
const historyLines = 50;

/** Trains on everything where that has not been done for these options, then recommends for one customer. */
export const recommendersForUser: Operation<{ models: RecommenderSpec[]; userId: string; size: number }, CustomerRecommendations> = async (
  { models, userId, size },
  context,
) => {
  const { desk, signal } = context;
  const data = await ensureData(desk);
  const found = indexesOf(await data.store.query(sql`SELECT user_index FROM users WHERE user_id = ${userId}`, signal), 'user_index');
  if (found.length === 0) {
    throw new UserError('user_unknown', `There is no customer "${userId}".`, 'Ids are compared exactly, with every zero and letter case.', {
      user: userId,
    });
  }
  const exclude = await exclusionOf(desk, 'bought', signal);
  const kernels = await desk.kernels();
  const lists: CustomerRecommendations['lists'] = [];
  for (const spec of models) {
    const model = await trainedModel(desk, spec, context);
    const { items, scores, fromPopularity } = await recommendForUsers(model, { users: found, size, exclude }, kernels, context);
    const listed = items.filter((item) => item >= 0);
    const lines = await readItemLines(data.store, listed, signal);
    lists.push({
      modelId: spec.id,
      items: lines.map((line, rank) => ({ ...line, rank: rank + 1, score: scores[rank] })),
      note: fromPopularity.subarray(0, listed.length).some((mark) => mark === 1) ? 'popularity' : '',
    });
  }
  return { userId, history: await readHistory(data.store, found[0], data.asOf, historyLines, signal), lists };
};

/** The specs with a popularity row, unless there is one already. */
function withBaseline(models: RecommenderSpec[]): RecommenderSpec[] {
  if (models.some((model) => model.algorithm === 'popularity')) return models;
  const id = models.some((model) => model.id === 'popularity') ? 'popularity-baseline' : 'popularity';
  return [{ id, kind: 'recommender', algorithm: 'popularity', options: {} }, ...models];
}

function contestant(spec: RecommenderSpec): Contestant {
  return { modelId: spec.id, recommender: findRecommender(spec.algorithm), options: spec.options };
}
