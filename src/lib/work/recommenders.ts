import { UserError } from '../core/base/errors';
import { sha256Hex, stableJson } from '../core/base/hash';
import type { RunContext } from '../core/base/run';
import { trainingWarnings } from '../core/evaluation/collapse';
import { renamed } from '../core/evaluation/compareModels';
import type { FinishedList } from '../core/exports/listTable';
import type { InteractionMatrix } from '../core/math/sparseRows';
import type { PlanList, RecommenderSpec } from '../core/plan/schema';
import { recommendForUsers } from '../core/recommendations/recommendForUsers';
import { exclusionWeights, usualExclusion } from '../core/recommendations/exclusion';
import { findRecommender } from '../core/recommenders/catalogue';
import { stateOfOtherData, type ModelState } from '../core/recommenders/modelState';
import { matchedIds } from '../core/recommenders/otherData';
import { featureParts } from '../core/recommenders/readFeatures';
import { readIds } from '../core/recommenders/readIds';
import { segmentsNamed } from '../core/recommenders/segmentNames';
import type { TravellingState } from '../core/recommenders/state/travelling';
import type { Compute } from '../core/recommenders/recommender';
import { readTrainingData } from '../core/recommenders/readTrainingData';
import { restoreRecommender, sizeOf, trainRecommender } from '../core/recommenders/trainRecommender';
import { indexesOf, textsOf } from '../core/store/columns';
import { defaultEventWeights, readInteractionMatrix, type EventWeights } from '../core/store/interactionQueries';
import { remember } from '../core/store/remember';
import { identifier, sql } from '../core/store/sql';
import { dueDays } from './dueDays';
import type { Epoch, EpochData } from './epoch';
import { roomInBytes } from './recommenderEstimate';
import type { ModelEntry } from './registry/entry';
import { bytesOf, keepModel } from './registry/keep';
import { eventsOf } from './registry/events';
import { givenAs, givenModel, isAtHand, isGiven, type UsableModel } from './registry/use';
import { hasWeights, idsFor, weightsOf } from './registry/weights';

/** Where learning begins: the weights of a model of the registry. */
export interface Beginning {
  name: string;
  key: string;
  weights: TravellingState;
}

/**
 * A model trained on everything before asOf: from the cache or the saved weights where the same data, asOf, options,
 * events and seed have been trained before. Where the spec names weights nothing is trained. Progress stage:
 * `train:<id>`.
 * @param from where learning begins, if not at random
 * @throws UserError `no_data`, `recommender_unknown`, `option_…`, `model_not_kept`, and what training throws
 */
export async function trainedModel(epoch: Epoch, spec: RecommenderSpec, from?: Beginning): Promise<UsableModel> {
  if (isGiven(spec)) return givenModel(epoch, spec);
  const data = await epoch.data();
  const recommender = findRecommender(spec.algorithm);
  const weights = await eventsOf(epoch, spec);
  const { seed } = epoch.plan;
  const key = await trainingKey(epoch, spec, from);
  return epoch.cache.value(
    cachedAs(key),
    async (run): Promise<UsableModel> => {
      const training = await readTrainingData({ ...data, privacy: epoch.plan.privacy }, weights, run.signal);
      const servesNewUsers = recommender.servesNewUsers ?? false;
      const kept = epoch.state.models.find((model) => model.key === key);
      const saved = kept && (await weightsOf(epoch, kept));
      if (kept && saved) {
        return {
          model: await restoreRecommender(recommender, saved.state, training),
          training: training.pairs,
          servesNewUsers,
          facts: kept.facts,
        };
      }
      const now = () => epoch.desk.platform.now();
      const started = now().getTime();
      const warmStart = from && (await stateHere(from, data, run.signal));
      const request = { recommender, given: spec.options, data: training, seed, ...(warmStart && { warmStart }) };
      const trained = await trainRecommender(request, await computeOf(epoch), renamed(run, `train:${spec.id}`));
      const seconds = (now().getTime() - started) / 1000;
      const { losses, backend, reproducible, options } = trained;
      const collapsed = await trainingWarnings(recommender, trained.model, training.pairs, await epoch.desk.kernels(), run);
      const warnings = [...(trained.warnings ?? []), ...collapsed];
      const facts = { modelId: spec.id, algorithm: recommender.id, options, losses, backend, reproducible, warnings };
      const state = trained.model.state();
      const { dataHash, dataKey, asOf } = data;
      const entry: ModelEntry = {
        ...(await entryOf(epoch, spec, 'trained')),
        data: { dataHash, dataKey, asOf, ...sizeOf(training.pairs) },
        seconds,
        bytes: bytesOf({ state }),
        ...(from && { name: `${spec.id}-on`, startedFrom: from.name }),
      };
      await keepModel(epoch, { key, state, ids: await idsFor(epoch, state), facts, entry });
      return { model: trained.model, training: training.pairs, servesNewUsers, facts };
    },
    epoch,
  );
}

/** Whether {@link trainedModel} would answer without a training. */
export async function isTrained(epoch: Epoch, spec: RecommenderSpec): Promise<boolean> {
  if (isGiven(spec)) return isAtHand(epoch, spec);
  const key = await trainingKey(epoch, spec);
  if (epoch.cache.has(cachedAs(key))) return true;
  const kept = epoch.state.models.find((model) => model.key === key);
  return kept !== undefined && hasWeights(epoch, kept);
}

/** Names all that a training is made from. */
export async function trainingKey(epoch: Epoch, spec: RecommenderSpec, from?: Pick<Beginning, 'key'>): Promise<string> {
  const { algorithm, options } = spec;
  const { dataKey, asOf } = await epoch.data();
  const { id, uses = [] } = findRecommender(algorithm);
  const events = await eventsOf(epoch, spec);
  const made: unknown[] = [dataKey, asOf, id, options, events, epoch.plan.seed];
  // What may be learnt about people is a part of what a model is made from, where it learns from that.
  if (uses.includes('userFeatures')) made.push(epoch.plan.privacy ?? {});
  if (segmentsNamed(options).length > 0) made.push(await groupsKey(epoch, String(options.segmentBy)));
  return sha256Hex(stableJson(from ? [...made, from.key] : made));
}

/** Who is in which group: what the plan says of segments, traits and privacy is in it, and nothing else changes a model. */
async function groupsKey(epoch: Epoch, by: string): Promise<string> {
  const data = await epoch.data();
  const { labels, codes } = await featureParts({ ...data, privacy: epoch.plan.privacy }, {}, epoch.signal).groups!(by);
  return sha256Hex(stableJson([labels, [...codes]]));
}

/** What the spec says of an entry of the registry. */
export async function entryOf(epoch: Epoch, spec: RecommenderSpec, origin: ModelEntry['origin']): Promise<ModelEntry> {
  const at = epoch.desk.platform.now().toISOString();
  return { name: spec.id, origin, at, options: spec.options, events: await eventsOf(epoch, spec), seed: epoch.plan.seed };
}

/** A state of any data by the numbers of this data. */
async function stateHere({ weights: { state, ids } }: Beginning, data: EpochData, signal: AbortSignal): Promise<ModelState> {
  const ours = await readIds(data, signal);
  const [users, items] = [matchedIds(ids?.users ?? [], ours.users), matchedIds(ids?.items ?? [], ours.items)];
  return stateOfOtherData(state, { users: users.from, items: items.from }, { users: users.names, items: items.names });
}

const cachedAs = (key: string) => `recommender ${key}`;

/** Whoever deletes weights wants another training next time, not the model that is still at hand. */
export async function forgetModel({ cache }: Epoch, key: string): Promise<void> {
  await cache.forget((name) => name === cachedAs(key) || name.startsWith(givenAs(key)));
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
  return interactionsOf(epoch, await exclusionEvents(epoch, kind, spec));
}

async function exclusionEvents(epoch: Epoch, kind: 'bought' | 'seen', spec?: RecommenderSpec): Promise<EventWeights> {
  const { eventNames } = await epoch.data();
  return exclusionWeights(kind, spec ? await eventsOf(epoch, spec) : defaultEventWeights, eventNames);
}

/** What a list leaves out, as it says itself or as its model does by nature. */
export async function excludedBy(epoch: Epoch, list: PlanList): Promise<InteractionMatrix | undefined> {
  const events = await eventsExcludedBy(epoch, list);
  return events && interactionsOf(epoch, events);
}

/** The events whose items {@link excludedBy} leaves out. */
export async function eventsExcludedBy(epoch: Epoch, list: PlanList): Promise<EventWeights | undefined> {
  const spec = recommenderOf(epoch, list);
  const excluded: readonly string[] = list.exclude ?? usualExclusion(findRecommender(spec.algorithm));
  if (excluded.length === 0) return undefined;
  // Whatever a customer bought was seen, too.
  return exclusionEvents(epoch, excluded.includes('seen') ? 'seen' : 'bought', spec);
}

export async function computeOf({ desk }: Epoch): Promise<Compute> {
  return { kernels: await desk.kernels(), tensors: () => desk.tensors(), room: roomInBytes[desk.platform.name] };
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
  const { fromPopularity } = recommendations;
  const modelOf = (at: number) => (fromPopularity[at] ? undefined : model.model);
  const due = dueDays({ size: list.size, ...recommendations }, users, [model.model], modelOf, epoch.plan.timeZone);
  const finished: FinishedList = {
    size: list.size,
    model: list.model,
    ...recommendations,
    userIds: Array.from(users, (user) => userIds[user] ?? ''),
    itemIds,
    titles,
    ...(due && { due }),
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
