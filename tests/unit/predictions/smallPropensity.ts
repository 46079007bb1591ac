import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { findLearner } from '$lib/core/predictions/learners/catalogue';
import type { Fitted, LabeledRows } from '$lib/core/predictions/learners/learner';
import type { PredictionTools } from '$lib/core/predictions/tools';

/** Customers who buy when exactly one of two things is true: a network can learn it, a straight line cannot. */
export function eitherOr(rows: number, seed: number): LabeledRows {
  const random = new Random(seed);
  const values = Float32Array.from({ length: rows * 3 }, () => random.normal());
  const outcomes = Uint8Array.from({ length: rows }, (_, row) => {
    const differ = values[row * 3] > 0 !== values[row * 3 + 1] > 0;
    return (differ ? 0.9 : 0.1) > random.uniform() ? 1 : 0;
  });
  return { inputs: { rows, columns: 3, values }, labels: { kind: 'binary', values: outcomes } };
}

/** Probabilities of 50 customers from a model trained on 600, with its losses. */
export async function scoreSmall(
  tools: PredictionTools,
  id: string,
  options: OptionValues = {},
  seed = 1,
  run = quietContext(),
): Promise<{ scores: number[]; drivers: number[] } & Pick<Fitted, 'losses' | 'state'>> {
  const learner = findLearner(id);
  const rows = { train: eitherOr(600, 11), validation: eitherOr(300, 12) };
  const { state, drivers, losses } = await learner.fit(rows, resolveOptions(id, learner.options, options), seed, tools, run);
  const scores = Array.from(await learner.predict(state, eitherOr(50, 13).inputs, tools, run));
  return { scores, drivers: Array.from(drivers), losses, state };
}
