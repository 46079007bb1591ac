import { UserError } from '../../core/base/errors';
import { stableJson } from '../../core/base/hash';
import type { ComparedModel } from '../../core/evaluation/compareModels';
import type { Comparison, EvaluationRow } from '../../core/evaluation/types';
import type { RecommenderSpec } from '../../core/plan/schema';
import type { TrainedModel } from '../../core/recommendations/recommendForUsers';
import type { RecommenderModel, TrainingWarning } from '../../core/recommenders/recommender';
import { findRecommender } from '../../core/recommenders/catalogue';
import { modelOfOtherData } from '../../core/recommenders/otherData';
import { readIds } from '../../core/recommenders/readIds';
import { readNumbering, readTrainingData } from '../../core/recommenders/readTrainingData';
import type { StateIds } from '../../core/recommenders/state/travelling';
import type { TravellingState } from '../../core/recommenders/state/travelling';
import { restoreRecommender } from '../../core/recommenders/trainRecommender';
import type { TrainingData } from '../../core/recommenders/trainingData';
import type { Epoch } from '../epoch';
import type { KeptModel, ModelFacts } from '../workspace';
import { eventsOf } from './events';
import { hasWeights, weightsOf } from './weights';

/** A model with what it was trained on and what is known of it. */
export interface UsableModel extends TrainedModel {
  model: RecommenderModel;
  facts: ModelFacts;
}

/** A model of the plan that is not trained: its weights are those of an entry of the registry. */
export type GivenSpec = RecommenderSpec & { weights: string };

export function isGiven(spec: RecommenderSpec): spec is GivenSpec {
  return spec.weights !== undefined;
}

/** The entry of a name; where no entry has it, the one that had it before. */
export function findKept(models: readonly KeptModel[], name: string): KeptModel | undefined {
  return (
    models.find(({ entry, facts }) => (entry?.name ?? facts.modelId) === name) ??
    models.find(({ entry }) => entry?.formerly?.includes(name))
  );
}

/** Whether {@link givenModel} would find its weights. */
export function isAtHand(epoch: Epoch, { weights }: GivenSpec): boolean {
  const kept = findKept(epoch.state.models, weights);
  return kept !== undefined && hasWeights(epoch, kept);
}

/**
 * The model of an entry of the registry on the data of today, by ids where that is other data than it learnt from.
 * @throws UserError `model_not_kept`, `model_weights_gone`, `no_data`
 */
export async function givenModel(epoch: Epoch, spec: GivenSpec): Promise<UsableModel> {
  const data = await epoch.data();
  const kept = keptFor(epoch, spec);
  const events = kept.entry?.events ?? (await eventsOf(epoch, spec));
  const recommender = findRecommender(kept.facts.algorithm);
  return epoch.cache.value(
    `${givenAs(kept.key)} ${stableJson([data.dataKey, data.asOf, events])}`,
    async (run): Promise<UsableModel> => {
      const training = await readTrainingData(data, events, run.signal);
      const weights = await mustHave(epoch, spec, kept);
      const learnt = kept.entry?.data;
      // What was brought has numbers of its own, and perhaps nobody in it.
      const isThisData = kept.entry?.origin === 'trained' && learnt?.dataKey === data.dataKey && learnt.asOf === data.asOf;
      const model = isThisData
        ? await restoreRecommender(recommender, weights.state, training)
        : (await modelOfOtherData(recommender, weights.state, mustName(spec, weights), await readIds(data, run.signal), training)).model;
      return { model, training: training.pairs, servesNewUsers: recommender.servesNewUsers ?? false, facts: kept.facts };
    },
    epoch,
  );
}

/** How names of what the cache has of an entry's weights begin. */
export const givenAs = (key: string) => `recommender given ${key}`;

/** The same for the train part of a comparison, where customers and items are by place. */
export async function givenContestant(epoch: Epoch, spec: GivenSpec): Promise<(train: TrainingData) => Promise<ComparedModel>> {
  const data = await epoch.data();
  const kept = keptFor(epoch, spec);
  const weights = await mustHave(epoch, spec, kept);
  const theirs = mustName(spec, weights);
  const [ids, numbering] = await Promise.all([readIds(data, epoch.signal), readNumbering(data, epoch.signal)]);
  const byPlace = (all: (string | null)[], order: Int32Array | undefined) => (order ? Array.from(order, (number) => all[number]) : all);
  const ours = { users: byPlace(ids.users, numbering?.userOrder), items: byPlace(ids.items, numbering?.itemOrder) };
  const recommender = findRecommender(kept.facts.algorithm);
  const { options, losses, backend, warnings } = kept.facts;
  return async (train) => ({
    model: (await modelOfOtherData(recommender, weights.state, theirs, ours, train)).model,
    options,
    losses,
    backend,
    // What the comparison says of its lists is said there.
    warnings: warnings.filter((warning): warning is TrainingWarning => ['rules_incomplete', 'features_missing'].includes(warning.code)),
  });
}

/** Rows say whose weights they had, and whether those may know what was tested: they learnt from what came after the cut. */
export function withOrigins(
  { protocol, rows, ...rest }: Comparison,
  specs: readonly RecommenderSpec[],
  models: readonly KeptModel[],
): Comparison {
  const marked = rows.map((row): EvaluationRow => {
    const spec = specs.find(({ id }) => id === row.modelId);
    if (!spec || !isGiven(spec)) return row;
    const learnt = findKept(models, spec.weights)?.entry?.data;
    const isBefore = learnt !== undefined && protocol.cutAt !== undefined && learnt.asOf <= protocol.cutAt;
    const warnings = [...(row.warnings ?? []), ...(isBefore ? [] : [{ code: 'may_know_test' as const, values: {} }])];
    return { ...row, weights: spec.weights, warnings };
  });
  return { ...rest, protocol, rows: marked };
}

function keptFor(epoch: Epoch, spec: GivenSpec): KeptModel {
  const kept = findKept(epoch.state.models, spec.weights);
  if (!kept) {
    throw new UserError(
      'model_not_kept',
      `"${spec.id}" goes by the model "${spec.weights}", which is not kept here.`,
      'Bring its file, choose another model, or train this one.',
      { id: spec.id, name: spec.weights },
    );
  }
  // A model that is still in the cache goes with its weights.
  if (!hasWeights(epoch, kept)) throw weightsGone(spec.weights);
  return kept;
}

async function mustHave(epoch: Epoch, { weights: name }: GivenSpec, kept: KeptModel): Promise<TravellingState> {
  const weights = await weightsOf(epoch, kept);
  if (weights) return weights;
  throw weightsGone(name);
}

export function weightsGone(name: string): UserError {
  return new UserError(
    'model_weights_gone',
    `The weights of the model "${name}" are not kept any more.`,
    'Train it again on the Recommenders screen, or bring its file.',
    { name },
  );
}

/** Weights that were kept before ids travelled with them are good for their own data only. */
function mustName({ weights: name }: GivenSpec, { ids }: TravellingState): StateIds {
  if (ids) return ids;
  throw new UserError(
    'model_without_ids',
    `The model "${name}" does not say which items it knows, so it cannot be used with other data.`,
    'Train it again.',
    { name },
  );
}
