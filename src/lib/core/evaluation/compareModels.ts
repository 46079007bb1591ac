import { UserError } from '../base/errors';
import { stableJson } from '../base/hash';
import type { OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import type { Numbering } from '../math/permute';
import type { Compute, Recommender } from '../recommenders/recommender';
import {
  featuresByPlace,
  listByPlace,
  partsBefore,
  trainingDataOf,
  type FeatureParts,
  type Sequences,
  type TrainingData,
} from '../recommenders/trainingData';
import { trainRecommender, type TrainedRecommender } from '../recommenders/trainRecommender';
import type { EventWeights, InteractionList } from '../store/interactionQueries';
import { bootstrapMargins } from './bootstrap';
import { collapseWarnings, repeatWarnings } from './collapse';
import { meanMetrics, measureRanking, rankingTask, type Measurement, type RankingTask } from './evaluate';
import { foldInScorer, mustFoldIn } from './foldIn';
import { listingMeter } from './meters/listing';
import { pooled, type MeasuredUsers } from './repeats';
import { testRows } from './rowTests';
import { splitInteractions, type Held, type Split } from './splits';
import type { Comparison, EvaluationRow, Protocol, SplitSpec } from './types';

/** A model that takes part. */
export interface Contestant {
  modelId: string;
  recommender: Recommender;
  /** What the plan says; the rest are defaults, some of which follow the data. */
  options: OptionValues;
  /** A model that is there already, for the train part: nothing is trained then. */
  given?: (data: TrainingData) => Promise<ComparedModel>;
}

/** What of a model takes part, by place as the data is. */
export type ComparedModel = Pick<TrainedRecommender, 'model' | 'options' | 'losses' | 'backend' | 'warnings'>;

export interface ComparisonRequest {
  contestants: Contestant[];
  interactions: InteractionList;
  /** Who comes first by id; absent where numbers follow the ids already. */
  numbering?: Numbering;
  /** What else models may ask for, by number. */
  parts?: FeatureParts;
  /** How much each event counts in `interactions`. */
  events?: EventWeights;
  dataHash: string;
  split: SplitSpec;
  seed: number;
  cutoffs: number[];
  /** Milliseconds of a steady clock, for fit and score times. */
  now: () => number;
}

/**
 * Trains each model on the train part and ranks all unseen items (or all, with `next: 'any'`) for customers who have a
 * history and something to find in the test part; each repeat cuts and trains anew with the next seed.
 * All of it happens by place, so that nothing depends on who got which number.
 * Progress stages: `train:<id>` with `{ epoch, loss }`, `evaluate:<id>`.
 * @throws UserError `split_empty`, `split_no_users`, `cannot_fold_in`
 */
export async function compareModels(request: ComparisonRequest, compute: Compute, run: RunContext): Promise<Comparison> {
  const { contestants, split, seed } = request;
  if (split.kind === 'strong-generalisation') mustFoldIn(contestants.map(({ recommender }) => recommender));
  const list = ordered(request);
  const cutoffs = [...new Set(request.cutoffs)].sort((a, b) => a - b);
  const results: ContestResult[][] = contestants.map(() => []);
  let protocol: Protocol | undefined;
  for (let repeat = 0; repeat < (split.repeats ?? 1); repeat++) {
    const cut = cutFor(list, split, seed + repeat);
    await run.breathe();
    protocol ??= protocolOf(request, cutoffs, cut);
    for (const [at, contestant] of contestants.entries()) {
      results[at].push(await trainAndMeasure(contestant, cut, { ...request, seed: seed + repeat, cutoffs }, compute, run));
      await run.breathe();
    }
  }
  const measured = results.map((repeats) => pooled(repeats.map(({ test }) => test)).measured);
  const rows = contestants.map((contestant, at): EvaluationRow => rowOf(contestant, results[at], measured[at], request));
  const tested = contestants.map(({ modelId }, at) => ({ modelId, measured: measured[at] }));
  return { protocol: protocol!, rows, tests: testRows(tested, `ndcg@${cutoffs.at(-1)}`, seed) };
}

/** One cut of the data with the ranking that it asks for. */
export interface Cut extends Split {
  data: TrainingData;
  /** What people who are unknown to the model did, in its order. */
  sequencesOf(held: Held): Promise<Sequences> | undefined;
  task: ReturnType<typeof rankingTask>;
  validationTask?: RankingTask;
}

interface ContestResult {
  trained: Omit<ComparedModel, 'model'>;
  test: MeasuredUsers;
  validation?: MeasuredUsers;
  fitSeconds: number;
  scoreSeconds: number;
}

/** @throws UserError `split_empty`, `split_no_users` */
export function cutFor({ interactions, parts }: ReturnType<typeof ordered>, split: SplitSpec, seed: number): Cut {
  const cut = splitInteractions(interactions, split, seed);
  const taskOf = ({ history, test }: Held) => rankingTask(history, test, { requireHistory: true, next: split.next });
  const task = taskOf(cut);
  if (task.users.length === 0) {
    throw new UserError(
      'split_no_users',
      'No customer has both a history in the train part and something new in the test part.',
      'Choose another share for the test part, or another kind of split.',
    );
  }
  const data = trainingDataOf(interactions, partsBefore(parts, cut.cutAt), cut.trainEvents);
  const sequencesOf = ({ historyEvents }: Held) => historyEvents && trainingDataOf(interactions, {}, historyEvents).sequences!();
  return { ...cut, data, sequencesOf, task, ...(cut.validation && { validationTask: taskOf(cut.validation) }) };
}

function protocolOf({ dataHash, split, seed, events }: ComparisonRequest, cutoffs: number[], { task, train, cutAt }: Cut): Protocol {
  return {
    dataHash,
    split,
    seed,
    candidates: split.next === 'any' ? 'all' : 'all-unseen',
    cutoffs,
    ...(events && { events }),
    testUsers: task.users.length,
    trainPairs: train.columns.length,
    testPairs: task.testPairs,
    repeatedPairs: task.repeatedPairs,
    newUsers: task.newUsers,
    newUserPairs: task.newUserPairs,
    ...(cutAt === undefined ? {} : { cutAt: new Date(cutAt / 1000).toISOString() }),
  };
}

async function trainAndMeasure(
  { modelId, recommender, options, given }: Contestant,
  { data, sequencesOf, task, validationTask, validation, ...tested }: Cut,
  { split, seed, cutoffs, now }: ComparisonRequest,
  compute: Compute,
  run: RunContext,
): Promise<ContestResult> {
  // Engines may have to start first; meanwhile the row in progress has a name.
  run.report({ stage: `train:${modelId}`, done: 0, unit: 'epochs' });
  const started = now();
  const request = { recommender, given: options, data, seed };
  const trained: ComparedModel = given ? await given(data) : await trainRecommender(request, compute, renamed(run, `train:${modelId}`));
  const { model, losses, backend, warnings } = trained;
  const fitted = now();
  const ranking = { cutoffs, servesNewUsers: recommender.servesNewUsers ?? false, stage: `evaluate:${modelId}` };
  const listed = (asked: RankingTask) => (asked.next === 'any' ? undefined : asked.train);
  const scorerFor = async (held: Held) =>
    split.kind === 'strong-generalisation' ? foldInScorer(model, held.history, await sequencesOf(held)) : model;
  const measure = async (asked: RankingTask, held: Held): Promise<MeasuredUsers> => ({
    users: asked.users,
    measured: await measureRanking(
      await scorerFor(held),
      asked,
      { ...ranking, meters: [listingMeter(data.pairs, listed(asked), cutoffs)] },
      compute.kernels,
      run,
    ),
  });
  const test = await measure(task, tested);
  const scored = now();
  const held = validationTask && (await measure(validationTask, validation!));
  model.dispose?.();
  return {
    trained: { losses, options: trained.options, backend, warnings },
    test,
    validation: held,
    fitSeconds: (fitted - started) / 1000,
    scoreSeconds: (scored - fitted) / 1000,
  };
}

/** Options, losses and backend are those of the first training, times the means. */
function rowOf(
  { modelId, recommender }: Contestant,
  repeats: ContestResult[],
  measured: Measurement,
  { seed, split }: ComparisonRequest,
): EvaluationRow {
  const mean = (of: (result: ContestResult) => number) => repeats.reduce((sum, result) => sum + of(result), 0) / repeats.length;
  const { options, backend, losses, warnings = [] } = repeats[0].trained;
  const held = repeats.flatMap(({ validation }) => validation ?? []);
  return {
    modelId,
    algorithm: recommender.id,
    options,
    metrics: meanMetrics(measured),
    margins: bootstrapMargins(measured, seed),
    ...(held.length > 0 && { validation: meanMetrics(pooled(held).measured) }),
    fitSeconds: mean(({ fitSeconds }) => fitSeconds),
    scoreSeconds: mean(({ scoreSeconds }) => scoreSeconds),
    backend,
    losses,
    warnings: [...warnings, ...repeatWarnings(recommender, split.next), ...collapseWarnings(recommender, measured.overlap)],
  };
}

/** Interactions and features by place, where the numbers say nothing of the order. */
export function ordered({ interactions, parts = {}, numbering }: Pick<ComparisonRequest, 'interactions' | 'parts' | 'numbering'>) {
  if (!numbering) return { interactions, parts };
  const { list, events } = listByPlace(interactions, numbering);
  return { interactions: list, parts: featuresByPlace(parts, numbering, events) };
}

/**
 * The events that all models of a comparison learn from and are tested on.
 * @throws UserError `protocol_differs` where they are not the same
 */
export function commonEvents(events: EventWeights[]): EventWeights {
  const [first, ...others] = events;
  if (others.some((other) => stableJson(other) !== stableJson(first))) {
    throw new UserError(
      'protocol_differs',
      'These results were measured differently (events), so they cannot stand in one table.',
      'Compare the models again with the same data, split, candidates and cut-offs.',
      { fields: 'events' },
    );
  }
  return first;
}

/** The same run with the stage `train` under another name. */
export function renamed(run: RunContext, train: string): RunContext {
  return {
    signal: run.signal,
    breathe: () => run.breathe(),
    report: (progress) => run.report(progress.stage === 'train' ? { ...progress, stage: train } : progress),
  };
}
