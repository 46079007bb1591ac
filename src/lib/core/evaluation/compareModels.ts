import { UserError } from '../base/errors';
import { stableJson } from '../base/hash';
import type { OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import type { Compute, Recommender } from '../recommenders/recommender';
import type { EventWeights, InteractionList } from '../store/interactionQueries';
import { bootstrapMargins } from './bootstrap';
import { meanMetrics, measureRanking, rankingTask } from './evaluate';
import { splitInteractions } from './splits';
import type { Comparison, EvaluationRow, Protocol, SplitSpec } from './types';

/** A model that takes part. */
export interface Contestant {
  modelId: string;
  recommender: Recommender;
  options: OptionValues;
}

export interface ComparisonRequest {
  contestants: Contestant[];
  interactions: InteractionList;
  dataHash: string;
  split: SplitSpec;
  seed: number;
  cutoffs: number[];
  /** Milliseconds of a steady clock, for fit and score times. */
  now: () => number;
}

/**
 * Trains each model on the train part and ranks all unseen items for customers who have a history and something new
 * in the test part. Progress stages: `train:<id>` with `{ epoch, loss }`, `evaluate:<id>`.
 * @throws UserError `split_empty`, `split_no_users`
 */
export async function compareModels(request: ComparisonRequest, compute: Compute, run: RunContext): Promise<Comparison> {
  const { interactions, split, seed, now } = request;
  const cutoffs = [...new Set(request.cutoffs)].sort((a, b) => a - b);
  const { train, test, cutAt } = splitInteractions(interactions, split, seed);
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
    testUsers: task.users.length,
    trainPairs: train.columns.length,
    testPairs: task.test.columns.length,
    ...(cutAt === undefined ? {} : { cutAt: new Date(cutAt / 1000).toISOString() }),
  };
  const rows: EvaluationRow[] = [];
  for (const { modelId, recommender, options } of request.contestants) {
    // Engines may have to start first; meanwhile the row in progress has a name.
    run.report({ stage: `train:${modelId}`, done: 0, unit: 'epochs' });
    const started = now();
    const { model, backend } = await recommender.train(train, options, seed, compute, renamed(run, `train:${modelId}`));
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
    });
    await run.breathe();
  }
  return { protocol, rows };
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
