import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { DataSize, OptionSpec } from '../base/options';
import { autoencoderCost, autoencoderOptions, restoreAutoencoder, trainAutoencoder, type Autoencoder } from './autoencoder';
import { sharingPopularity } from './popularityShare';
import type { Recommender } from './recommender';

const whyRegularization =
  'Left empty it follows the data: 0.0002 where customers have fifteen pairs or fewer, falling to 0.00005 at twenty-five. Short histories are overfitted sooner.';

/** Measured in docs/decisions/0065-repeats-autoencoders-blends.md. */
function regularizationFor({ users, pairs }: DataSize): number {
  const short = Math.min(1, Math.max(0, (25 - pairs / Math.max(1, users)) / 10));
  return Number((0.00005 * (1 + 3 * short)).toPrecision(2));
}

const options: readonly OptionSpec[] = [
  {
    name: 'factors',
    kind: 'number',
    integer: true,
    default: 64,
    min: 1,
    max: 512,
    scale: 'log',
    tuned: [32, 256],
    what: 'More factors describe finer tastes, and overfit small data sooner.',
  },
  ...autoencoderOptions({ epochs: 25, regularization: 0.00005, regularizationRule: { of: regularizationFor, why: whyRegularization } }),
];

/**
 * A denoising autoencoder: it learns to give a customer's whole history back from a part of it. The history becomes a
 * vector, `tanh(history · W + c)`, every item has one, and their dot product (plus the item's bias) is the score; what
 * it is trained by is the multinomial likelihood (Liang, Krishnan, Hoffman & Jebara, WWW 2018, Mult-DAE without its
 * further layers). In large catalogues the other items are drawn at random and weighted for those they stand for.
 */
export const multDae: Recommender = sharingPopularity({
  id: 'mult-dae',
  family: 'neural',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'biases', 'warmStart'],
  options,
  estimate: (size, given) => autoencoderCost(oneLayer(Number(given.factors)), size, given),
  train: ({ pairs }, given, seed, compute, run, warmStart, watch) =>
    trainAutoencoder(oneLayer(Number(given.factors)), pairs, given, seed, compute, run, warmStart, watch),
  restore: (state, { pairs }) => restoreAutoencoder(oneLayer(state.arrays.historyBias.shape[0]), state, pairs),
});

function oneLayer(factors: number): Autoencoder {
  return {
    format: 'mult-dae/1',
    inner: factors,
    outer: factors,
    between: {},
    forward: (tf, sums) => ({ vectors: tf.tanh(sums) as Tensor2D }),
    vectorOf: (sums) => Float32Array.from(sums, Math.tanh),
  };
}
