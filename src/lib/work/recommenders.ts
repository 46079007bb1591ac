import { UserError } from '../core/base/errors';
import { sha256Hex, stableJson } from '../core/base/hash';
import type { RunContext } from '../core/base/run';
import { trainingWarnings } from '../core/evaluation/collapse';
import { renamed } from '../core/evaluation/compareModels';
import type { FinishedList } from '../core/exports/listTable';
import type { InteractionMatrix } from '../core/math/sparseRows';
import type { PlanList, RecommenderSpec } from '../core/plan/schema';
import { recommendForUsers, type TrainedModel } from '../core/recommendations/recommendForUsers';
import { exclusionWeights, usualExclusion } from '../core/recommendations/exclusion';
import { findRecommender } from '../core/recommenders/catalogue';
import type { ModelState } from '../core/recommenders/modelState';
import type { Compute, RecommenderModel } from '../core/recommenders/recommender';
import { readTrainingData } from '../core/recommenders/readTrainingData';
import { restoreRecommender, trainRecommender } from '../core/recommenders/trainRecommender';
import { indexesOf, textsOf } from '../core/store/columns';
import { defaultEventWeights, readInteractionMatrix, type EventWeights } from '../core/store/interactionQueries';
import { remember } from '../core/store/remember';
import { identifier, sql } from '../core/store/sql';
import type { Epoch } from './epoch';
import { loadSnapshot } from './opening';
import { modelPart } from './parts';
import type { KeptModel, ModelFacts } from './workspace';

/** Weights that are saved with the workspace; the oldest go first. */
const mostKept = 8;
const mostKeptBytes = 256 * 2 ** 20;

export interface UsableModel extends TrainedModel {
  model: RecommenderModel;
  facts: ModelFacts;
}

/**
 * A model trained on everything before asOf: from the cache or the saved weights where the same data, asOf, options,
 * events and seed have been trained before. Progress stage: `train:<id>`.
 * @throws UserError `no_data`, `recommender_unknown`, `option_…`, and what training throws
 */
export async function trainedModel(epoch: Epoch, spec: RecommenderSpec): Promise<UsableModel> {
  const data = await epoch.data();
  const recommender = findRecommender(spec.algorithm);
  const weights = await eventsOf(epoch, spec);
  const { seed } = epoch.plan;
  const key = await trainingKey(epoch, spec);
  return epoch.cache.value(
    cachedAs(key),
    async (run): Promise<UsableModel> => {
      const training = await readTrainingData(data, weights, run.signal);
      const servesNewUsers = recommender.servesNewUsers ?? false;
      const kept = epoch.state.models.find((model) => model.key === key);
      const state = kept && (kept.state ?? (await readState(epoch, key)));
      if (kept && state) {
        return {
          model: await restoreRecommender(recommender, state, training),
          training: training.pairs,
          servesNewUsers,
          facts: kept.facts,
        };
      }
      const request = { recommender, given: spec.options, data: training, seed };
      const trained = await trainRecommender(request, await computeOf(epoch), renamed(run, `train:${spec.id}`));
      const { losses, backend, reproducible, options } = trained;
      const collapsed = await trainingWarnings(recommender, trained.model, training.pairs, await epoch.desk.kernels(), run);
      const warnings = [...(trained.warnings ?? []), ...collapsed];
      const facts = { modelId: spec.id, algorithm: recommender.id, options, losses, backend, reproducible, warnings };
      await keepModel(epoch, { key, state: trained.model.state(), facts });
      return { model: trained.model, training: training.pairs, servesNewUsers, facts };
    },
    epoch,
  );
}

/** Whether {@link trainedModel} would answer without a training. */
export async function isTrained(epoch: Epoch, spec: RecommenderSpec): Promise<boolean> {
  const key = await trainingKey(epoch, spec);
  if (epoch.cache.has(cachedAs(key))) return true;
  const kept = epoch.state.models.find((model) => model.key === key);
  return kept !== undefined && (kept.state !== undefined || epoch.state.savedParts.has(modelPart(key)));
}

/** Names all that a training is made from. */
async function trainingKey(epoch: Epoch, spec: RecommenderSpec): Promise<string> {
  const { algorithm, options } = spec;
  const { dataKey, asOf } = await epoch.data();
  const events = await eventsOf(epoch, spec);
  return sha256Hex(stableJson([dataKey, asOf, findRecommender(algorithm).id, options, events, epoch.plan.seed]));
}

/** The events that a model learns from: those of the plan, else its own where the data has any of them, else the usual ones. */
export async function eventsOf(epoch: Epoch, { algorithm, events }: RecommenderSpec): Promise<EventWeights> {
  if (events) return events;
  const own = findRecommender(algorithm).events;
  const { eventNames } = await epoch.data();
  return own && Object.keys(own).some((event) => eventNames.includes(event)) ? own : defaultEventWeights;
}

const cachedAs = (key: string) => `recommender ${key}`;

/** The weights of a saved model; undefined where the save has lost them. */
export async function readState(epoch: Epoch, key: string): Promise<ModelState | undefined> {
  const part = modelPart(key);
  if (!epoch.state.savedParts.has(part)) return undefined;
  const snapshot = await loadSnapshot(epoch.desk, epoch.state.entry.id);
  if (!snapshot.files.includes(part)) return undefined;
  const { readNpz } = await import('../core/recommenders/state/npz');
  return readNpz(await snapshot.readFile(part));
}

/** Saves the weights with the workspace, where there is room for them; a training is not lost with a full disk. */
async function keepModel(epoch: Epoch, model: KeptModel): Promise<void> {
  if (!epoch.desk.platform.snapshots || epoch.state.readOnly || bytesOf(model) > mostKeptBytes) return;
  try {
    await epoch.commit((state) =>
      // What was learnt with somebody who is erased by now is not kept.
      state.erasures.length > epoch.state.erasures.length
        ? state
        : { ...state, models: youngest([...state.models.filter(({ key }) => key !== model.key), model]) },
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

function youngest(models: readonly KeptModel[]): KeptModel[] {
  const kept: KeptModel[] = [];
  let bytes = 0;
  for (const model of models.toReversed()) {
    bytes += bytesOf(model);
    if (kept.length === mostKept || bytes > mostKeptBytes) break;
    kept.unshift(model);
  }
  return kept;
}

/** Of weights that are not at hand nothing is known; they were small enough once. */
function bytesOf({ state }: KeptModel): number {
  return Object.values(state?.arrays ?? {}).reduce((sum, { data }) => sum + data.byteLength, 0);
}

/** What one customer is not shown where no list says it. */
export async function usuallyExcluded(epoch: Epoch, spec: RecommenderSpec): Promise<InteractionMatrix | undefined> {
  return usualExclusion(findRecommender(spec.algorithm)).length === 0 ? undefined : exclusionOf(epoch, 'bought', spec);
}

/** Everybody's interactions before asOf, by number. */
export async function interactionsOf(epoch: Epoch, weights: EventWeights, run: RunContext = epoch): Promise<InteractionMatrix> {
  const data = await epoch.data();
  return remember(data, `pairs ${stableJson(weights)}`, ({ signal }) => readInteractionMatrix(data.store, data, weights, signal), run);
}

/** Items that the customer has `bought`, or has met in any way (`seen`), as a model learnt or, without one, as most do. */
export async function exclusionOf(epoch: Epoch, kind: 'bought' | 'seen', spec?: RecommenderSpec): Promise<InteractionMatrix> {
  const { eventNames } = await epoch.data();
  return interactionsOf(epoch, exclusionWeights(kind, spec ? await eventsOf(epoch, spec) : defaultEventWeights, eventNames));
}

/** What a list leaves out, as it says itself or as its model does by nature. */
export async function excludedBy(epoch: Epoch, list: PlanList): Promise<InteractionMatrix | undefined> {
  const spec = recommenderOf(epoch, list);
  const excluded: readonly string[] = list.exclude ?? usualExclusion(findRecommender(spec.algorithm));
  if (excluded.length === 0) return undefined;
  // Whatever a customer bought was seen, too.
  return exclusionOf(epoch, excluded.includes('seen') ? 'seen' : 'bought', spec);
}

export async function computeOf({ desk }: Epoch): Promise<Compute> {
  return { kernels: await desk.kernels(), tensors: () => desk.tensors() };
}

/**
 * The recommendations of a list's audience, in the order of its file, from its model trained on everything before asOf.
 * @throws UserError `recommender_missing`, and what training throws
 */
export async function makeList(epoch: Epoch, list: PlanList, users: Int32Array): Promise<{ list: FinishedList; backend: string }> {
  const spec = recommenderOf(epoch, list);
  const { facts, ...model } = await trainedModel(epoch, spec);
  const run = epoch.reporting((progress) => epoch.report({ ...progress, stage: `recommend:${list.id}` }));
  run.report({ stage: 'recommend', done: 0, total: users.length, unit: 'users' });
  const exclude = await excludedBy(epoch, list);
  const recommendations = await recommendForUsers(model, { users, size: list.size, exclude }, await epoch.desk.kernels(), run);
  const { userIds, itemIds, titles } = await namesOf(epoch);
  const finished: FinishedList = {
    size: list.size,
    model: list.model,
    ...recommendations,
    userIds: Array.from(users, (user) => userIds[user] ?? ''),
    itemIds,
    titles,
  };
  return { list: finished, backend: facts.backend };
}

/** Ids and titles by number; empty where a number is nobody's. */
async function namesOf(epoch: Epoch) {
  const { store, tables, users, items } = await epoch.data();
  const people = await store.query(sql`SELECT user_index, user_id FROM ${identifier(tables.users)}`, epoch.signal);
  const things = await store.query(sql`SELECT item_index, item_id, title FROM ${identifier(tables.items)}`, epoch.signal);
  const byNumber = <T>(numbers: Int32Array, values: readonly T[], size: number, none: T): T[] => {
    const placed = new Array<T>(size).fill(none);
    numbers.forEach((number, row) => (placed[number] = values[row]));
    return placed;
  };
  const itemNumbers = indexesOf(things, 'item_index');
  return {
    userIds: byNumber(indexesOf(people, 'user_index'), textsOf(people, 'user_id'), users, ''),
    itemIds: byNumber(itemNumbers, textsOf(things, 'item_id'), items, '').map((id) => id ?? ''),
    titles: byNumber(itemNumbers, textsOf(things, 'title'), items, null),
  };
}

/** @throws UserError `recommender_missing` */
export function recommenderOf({ plan }: Epoch, { id, model }: Pick<PlanList, 'id' | 'model'>): RecommenderSpec {
  const found = plan.models.find((candidate) => candidate.id === model && candidate.kind === 'recommender');
  if (found) return found as RecommenderSpec;
  throw new UserError(
    'recommender_missing',
    `The list "${id}" names the recommender "${model}", which the plan does not have.`,
    'Choose another model for it.',
    { list: id, model },
  );
}
