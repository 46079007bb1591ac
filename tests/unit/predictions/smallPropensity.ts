import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import type { Tensors } from '$lib/core/math/tensors';
import type { EpochLoss, LabeledRows } from '$lib/core/predictions/algorithm';
import { findPropensityAlgorithm } from '$lib/core/predictions/catalogue';

/** Customers who buy when exactly one of two things is true: a network can learn it, a straight line cannot. */
export function eitherOr(rows: number, seed: number): LabeledRows {
  const random = new Random(seed);
  const values = Float32Array.from({ length: rows * 3 }, () => random.normal());
  const labels = Uint8Array.from({ length: rows }, (_, row) => {
    const differ = values[row * 3] > 0 !== values[row * 3 + 1] > 0;
    return (differ ? 0.9 : 0.1) > random.uniform() ? 1 : 0;
  });
  return { inputs: { rows, columns: 3, values }, labels };
}

/** Probabilities of 50 customers from a model trained on 600, with its losses. */
export async function scoreSmall(
  tensors: Tensors,
  algorithm: string,
  options: OptionValues = {},
  seed = 1,
  run = quietContext(),
): Promise<{ scores: number[]; weights: number[]; losses: EpochLoss[] }> {
  const found = findPropensityAlgorithm(algorithm);
  const rows = { train: eitherOr(600, 11), validation: eitherOr(300, 12) };
  const model = await found.train(rows, resolveOptions(algorithm, found.options, options), seed, tensors, run);
  const scores = Array.from(await model.predict(eitherOr(50, 13).inputs, run));
  return { scores, weights: Array.from(model.weights), losses: model.losses };
}
