import { UserError } from '../base/errors';
import { stableJson } from '../base/hash';
import type { OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import type { Numbering } from '../math/permute';
import type { Compute, Recommender } from '../recommenders/recommender';
import { featuresByPlace, listByPlace, trainingDataOf, type FeatureParts } from '../recommenders/trainingData';
import { trainRecommender } from '../recommenders/trainRecommender';
import type { EventWeights, InteractionList } from '../store/interactionQueries';
import { bootstrapMargins } from './bootstrap';
import { collapseWarnings } from './collapse';
import { meanMetrics, measureRanking, rankingTask } from './evaluate';
import { splitInteractions } from './splits';
import type { Comparison, EvaluationRow, Protocol, SplitSpec } from './types';

/** A model that takes part. */
export interface Contestant {
  modelId: string;
  recommender: Recommender;
  /** What the plan says; the rest are defaults, some of which follow the data. */
  options: OptionValues;
}

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
 * Trains each model on the train part and ranks all unseen items for customers who have a history and something new
 * in the test part. All of it happens by place, so that nothing depends on who got which number. Progress stages: `train:<id>` with `{ epoch, loss }`, `evaluate:<id>`.
 * @throws UserError `split_empty`, `split_no_users`
 */
export async function compareModels(request: ComparisonRequest, compute: Compute, run: RunContext): Promise<Comparison> {
  const { split, seed, now } = request;
  const { interactions, parts } = ordered(request);
  const cutoffs = [...new Set(request.cutoffs)].sort((a, b) => a - b);
  const { train, trainEvents, test, cutAt } = splitInteractions(interactions, split, seed);
  await run.breathe();
  const task = rankingTask(train, test, { requireHistory: true });
  if (task.users.length === 0) {
    throw new UserError(
      'split_no_users',
      'No customer has both a history in the train part and something new in the test part.',
      'Choose another share for the test part, or another kind of split.',
    );
  }
  const protocol: Protocol = {
    dataHash: request.dataHash,
    split,
    seed,
    candidates: 'all-unseen',
    cutoffs,
    ...(request.events && { events: request.events }),
    testUsers: task.users.length,
    trainPairs: train.columns.length,
    testPairs: task.testPairs,
    repeatedPairs: task.repeatedPairs,
    newUsers: task.newUsers,
    newUserPairs: task.newUserPairs,
    ...(cutAt === undefined ? {} : { cutAt: new Date(cutAt / 1000).toISOString() }),
  };
  const rows: EvaluationRow[] = [];
  const data = trainingDataOf(interactions, parts, trainEvents);
  for (const { modelId, recommender, options: given } of request.contestants) {
    // Engines may have to start first; meanwhile the row in progress has a name.
    run.report({ stage: `train:${modelId}`, done: 0, unit: 'epochs' });
    const started = now();
    const trained = await trainRecommender({ recommender, given, data, seed }, compute, renamed(run, `train:${modelId}`));
    const { model, losses, options, backend, warnings = [] } = trained;
    const fitted = now();
    const servesNewUsers = recommender.servesNewUsers ?? false;
    const measured = await measureRanking(model, task, { cutoffs, servesNewUsers, stage: `evaluate:${modelId}` }, compute.kernels, run);
    const scored = now();
    model.dispose?.();
    rows.push({
      modelId,
      algorithm: recommender.id,
      options,
      metrics: meanMetrics(measured),
      margins: bootstrapMargins(measured, seed),
      fitSeconds: (fitted - started) / 1000,
      scoreSeconds: (scored - fitted) / 1000,
      backend,
      losses,
      warnings: [...warnings, ...collapseWarnings(recommender, measured.overlap)],
    });
    await run.breathe();
  }
  return { protocol, rows };
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
