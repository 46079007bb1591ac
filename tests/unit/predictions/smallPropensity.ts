import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import type { LabelKind, Labels } from '$lib/core/predictions/labels';
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

/** The same rows with labels of each kind; what only looks at whether something happened finds the same. */
export function labelsOf(kind: LabelKind, { labels }: LabeledRows): Labels {
  const yes = (labels as Labels & { kind: 'binary' }).values;
  switch (kind) {
    case 'binary':
      return labels;
    case 'number':
      return { kind, values: Float64Array.from(yes, (value) => 10 * value) };
    case 'duration':
      return { kind, days: Float64Array.from(yes, (value) => (value ? 5 : 30)), happened: yes };
    case 'treatment':
      return { kind, treated: yes.map((_, row) => row % 2), outcome: Float64Array.from(yes) };
  }
}

/** Predictions of 50 customers from a model trained on 600, with its losses. */
export async function scoreSmall(
  tools: PredictionTools,
  id: string,
  options: OptionValues = {},
  seed = 1,
  run = quietContext(),
): Promise<{ scores: number[]; drivers: number[] } & Pick<Fitted, 'losses' | 'state'>> {
  const learner = findLearner(id);
  const labeled = (rows: number, seed: number): LabeledRows => {
    const made = eitherOr(rows, seed);
    return { inputs: made.inputs, labels: labelsOf(learner.labels[0], made) };
  };
  const rows = { train: labeled(600, 11), validation: labeled(300, 12) };
  const { state, drivers, losses } = await learner.fit(rows, resolveOptions(id, learner.options, options), seed, tools, run);
  const scores = Array.from(await learner.predict(state, eitherOr(50, 13).inputs, tools, run));
  return { scores, drivers: Array.from(drivers), losses, state };
}
