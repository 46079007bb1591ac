import { UserError } from '../../core/base/errors';
import { isBaseline } from '../../core/evaluation/baseline';
import { commonEvents, compareModels, type Contestant } from '../../core/evaluation/compareModels';
import type { Comparison, EvaluationRow, EvaluationWarning, SplitSpec } from '../../core/evaluation/types';
import type { RecommenderSpec } from '../../core/plan/schema';
import { recommendForUsers } from '../../core/recommendations/recommendForUsers';
import { findRecommender } from '../../core/recommenders/catalogue';
import { featureParts } from '../../core/recommenders/readFeatures';
import { readNumbering } from '../../core/recommenders/readTrainingData';
import { indexesOf } from '../../core/store/columns';
import { defaultEventWeights, readInteractionList } from '../../core/store/interactionQueries';
import { readHistory, readItemLines, type HistoryLine, type ItemLine } from '../../core/store/itemQueries';
import { identifier, sql } from '../../core/store/sql';
import type { TuningResult } from '../../core/evaluation/tuning/tune';
import { estimateRecommender, refuseTooLargeModel, type RecommenderEstimate } from '../recommenderEstimate';
import { dueOf } from '../dueDays';
import type { Epoch } from '../epoch';
import { computeOf, entryOf, isTrained, trainedModel, trainingKey, usuallyExcluded } from '../recommenders';
import type { ModelEntry } from '../registry/entry';
import { withMeasured } from '../registry/keep';
import { findKept, givenContestant, isGiven, withOrigins } from '../registry/use';
import { withSegmentsOfToday } from '../segmentLabels';
import type { KeptModel, WorkspaceState } from '../workspace';
import { tuneModel, type TuningInput } from '../recommenderTuning';
import { reads } from './context';

export type { ItemLine } from '../../core/store/itemQueries';

/**
 * Trains each model on the train part and ranks all unseen items for the test users. A popularity baseline is always
 * a row. Progress stages are `prepare`, `train:<id>` with values `{ epoch, loss }`, `evaluate:<id>`. The result is kept
 * in the workspace; cancelled or failed, the earlier one stays.
 */
export const recommendersCompare = reads<{ models: RecommenderSpec[]; split: SplitSpec; cutoffs: number[] }, Comparison>(
  async ({ models, split, cutoffs }, epoch) => {
    const data = await epoch.data();
    const specs = withBaseline(models);
    const weights = commonEvents(specs.map((spec) => spec.events ?? models[0]?.events ?? defaultEventWeights));
    epoch.report({ stage: 'prepare', done: 0, unit: 'steps' });
    const interactions = await readInteractionList(data.store, data, weights, epoch.signal);
    for (const spec of specs) if (!isGiven(spec)) await refuseTooLargeModel(epoch, spec, interactions.userOfEvent.length);
    const comparison = await compareModels(
      {
        contestants: await Promise.all(specs.map((spec) => contestant(epoch, spec))),
        interactions,
        numbering: await readNumbering(data, epoch.signal),
        parts: featureParts({ ...data, privacy: epoch.plan.privacy }, weights, epoch.signal),
        events: weights,
        dataHash: data.dataHash,
        split,
        seed: epoch.plan.seed,
        cutoffs,
        now: () => epoch.desk.platform.now().getTime(),
      },
      await computeOf(epoch),
      epoch,
    );
    const protocol = { ...comparison.protocol, asOf: data.asOf };
    const dated = await withSegmentsOfToday(epoch, withOrigins({ ...comparison, protocol }, specs, epoch.state.models), specs);
    const measured = await measuredModels(epoch, dated, models);
    if (!epoch.state.readOnly) await epoch.commit((state) => ({ ...state, comparison: dated, models: measured(state) }));
    return dated;
  },
);

/** `isTrained`: on all of the data, so that its lists come without a training. */
export const recommenderEstimate = reads<{ model: RecommenderSpec }, RecommenderEstimate & { isTrained: boolean }>(
  async ({ model }, epoch) => {
    const estimate = isGiven(model)
      ? { seconds: 0, bytes: 0, fits: true, size: { users: 0, items: 0, pairs: 0 } }
      : // An upper bound: several events of one pair become one interaction.
        await estimateRecommender(epoch, model, epoch.state.data?.version.facts.events ?? 0);
    return { ...estimate, isTrained: await isTrained(epoch, model) };
  },
);

export interface CustomerRecommendations {
  userId: string;
  /** Newest first. */
  history: HistoryLine[];
  lists: {
    modelId: string;
    /** `due`: the instant at which the customer is due to buy it again, of models that know it. */
    items: (ItemLine & { rank: number; score: number; due?: string })[];
    note: string;
    /** What to know of the model before its lists are believed. */
    warnings: EvaluationWarning[];
  }[];
}

/**
 * Looks for better options of one model for so many minutes, on a validation part cut out of the comparison's train
 * part; the test part is not looked at. Nothing is changed: the plan takes the options if somebody says so. The
 * progress stage is `tune`, of seconds; each trial comes as its values (see `trialOfValues`). Cancelled, what was
 * tried is remembered for the next time.
 * @throws UserError `nothing_to_tune`, `recommender_too_large…`, `split_empty`, what training with the defaults throws
 */
export const recommenderTune = reads<TuningInput, TuningResult>((input, epoch) => tuneModel(epoch, input));

/** Lines of history that a customer's page begins with. */
const historyLines = 50;

/** Trains on everything where that has not been done for these options, then recommends for one customer. */
export const recommendersForUser = reads<{ models: RecommenderSpec[]; userId: string; size: number }, CustomerRecommendations>(
  async ({ models, userId, size }, epoch) => {
    const { signal } = epoch;
    const data = await epoch.data();
    const rows = await data.store.query(sql`SELECT user_index FROM ${identifier(data.tables.users)} WHERE user_id = ${userId}`, signal);
    const found = indexesOf(rows, 'user_index');
    if (found.length === 0) {
      throw new UserError(
        'user_unknown',
        `There is no customer "${userId}".`,
        'Ids are compared exactly, with every zero and letter case.',
        {
          user: userId,
        },
      );
    }
    const lists: CustomerRecommendations['lists'] = [];
    for (const spec of models) {
      const { facts, ...model } = await trainedModel(epoch, spec);
      const exclude = await usuallyExcluded(epoch, spec);
      const kernels = await epoch.desk.kernels();
      const { items, scores, fromPopularity } = await recommendForUsers(model, { users: found, size, exclude }, kernels, epoch);
      const listed = items.filter((item) => item >= 0);
      const lines = await readItemLines(data, listed, signal);
      lists.push({
        modelId: spec.id,
        items: lines.map((line, rank) => ({ ...line, rank: rank + 1, score: scores[rank], ...dueOf(model.model, found[0], listed[rank]) })),
        note: fromPopularity.subarray(0, listed.length).some((mark) => mark === 1) ? 'popularity' : '',
        warnings: facts.warnings,
      });
    }
    return { userId, history: await readHistory(data, found[0], historyLines, signal), lists };
  },
);

/** The specs with a row of everybody's popularity, unless there is one already. */
function withBaseline(models: RecommenderSpec[]): RecommenderSpec[] {
  if (models.some(isBaseline)) return models;
  const id = models.some((model) => model.id === 'popularity') ? 'popularity-baseline' : 'popularity';
  return [{ id, kind: 'recommender', algorithm: 'popularity', options: {} }, ...models];
}

async function contestant(epoch: Epoch, spec: RecommenderSpec): Promise<Contestant> {
  const { id: modelId, algorithm, options } = spec;
  const given = isGiven(spec) ? await givenContestant(epoch, spec) : undefined;
  return { modelId, recommender: findRecommender(algorithm), options, ...(given && { given }) };
}

/** The registry with what a comparison found of the models that were asked for. */
async function measuredModels(
  epoch: Epoch,
  { protocol, rows }: Comparison,
  models: readonly RecommenderSpec[],
): Promise<(state: WorkspaceState) => KeptModel[]> {
  const keys = await Promise.all(models.map((spec) => (isGiven(spec) ? '' : trainingKey(epoch, spec))));
  const entries = await Promise.all(models.map((spec) => entryOf(epoch, spec, 'measured')));
  const asked = rows.flatMap((row) => {
    const at = models.findIndex(({ id }) => id === row.modelId);
    return at < 0 ? [] : [{ row, spec: models[at], key: keys[at], said: entries[at] }];
  });
  return (state) => {
    const measured = asked.map(({ row, spec, key, said }): KeptModel & { row: EvaluationRow } => {
      const given = spec.weights === undefined ? undefined : findKept(state.models, spec.weights);
      const { modelId, algorithm, options = {}, losses = [], backend, warnings = [] } = row;
      const facts = { modelId, algorithm, options, losses, backend, reproducible: true, warnings };
      const entry: ModelEntry = { ...said, seconds: row.fitSeconds, lacksWeights: 'measured' };
      return { row, ...(given ?? { key, facts, entry }) };
    });
    return withMeasured(state.models, protocol, measured);
  };
}
