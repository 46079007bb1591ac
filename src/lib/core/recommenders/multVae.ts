import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { OptionSpec, OptionValues } from '../base/options';
import { multiply } from '../math/tensorOps';
import type { TensorFlow } from '../math/tensors';
import { autoencoderCost, autoencoderOptions, restoreAutoencoder, trainAutoencoder, type Autoencoder, type Step } from './autoencoder';
import type { Recommender } from './recommender';

const options: readonly OptionSpec[] = [
  {
    name: 'factors',
    kind: 'number',
    integer: true,
    default: 32,
    min: 1,
    max: 512,
    scale: 'log',
    tuned: [16, 256],
    what: 'More factors describe finer tastes, and overfit small data sooner.',
  },
  {
    name: 'hidden',
    kind: 'number',
    integer: true,
    default: 96,
    min: 1,
    max: 2048,
    scale: 'log',
    tuned: [64, 600],
    what: 'How many units lie between the items and the factors, on either side; more tell finer kinds of histories apart and take longer.',
  },
  {
    name: 'klWeight',
    kind: 'number',
    default: 0.5,
    rule: {
      of: ({ users, pairs }) => Number(Math.min(1, (20 * users) / Math.max(1, pairs)).toPrecision(2)),
      why: 'Left empty it follows the data: 20 over the pairs of a customer, 1 at most. Short histories say little of a taste of one’s own.',
    },
    min: 0,
    max: 10,
    tuned: [0, 1],
    what: 'Raising it keeps tastes nearer to the average customer, which guards against overfitting and blurs.',
  },
  {
    name: 'klRate',
    kind: 'choice',
    default: 'annealed',
    choices: ['annealed', 'per-customer'],
    tuned: true,
    what: 'Annealed, that weight grows from nothing over the first half of training; per customer, it goes by how much each of them has (RecVAE).',
  },
  ...autoencoderOptions({ epochs: 25, regularization: 0.00005 }),
];

/**
 * A variational autoencoder: a history becomes a distribution of tastes and not one point, from which a taste is drawn
 * while learning; it stays near the standard normal as far as `klWeight` asks (Liang, Krishnan, Hoffman & Jebara,
 * "Variational Autoencoders for Collaborative Filtering", WWW 2018, Mult-VAE: items → hidden → factors → hidden → items,
 * tanh, KL annealing). `per-customer` are the rates of RecVAE (Shenbin, Alekseev, Tutubalina, Malykh & Nikolenko, WSDM
 * 2020), whose composite prior is left out. Lists follow from the mean of the tastes.
 */
export const multVae: Recommender = {
  id: 'mult-vae',
  family: 'neural',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'biases', 'warmStart'],
  lighter: 'mult-dae',
  options,
  estimate: (size, given) => autoencoderCost(variational(Number(given.factors), Number(given.hidden)), size, given),
  train: ({ pairs }, given, seed, compute, run, warmStart, watch) =>
    trainAutoencoder(variational(Number(given.factors), Number(given.hidden), given), pairs, given, seed, compute, run, warmStart, watch),
  restore: (state, { pairs }) => {
    const [hidden, factors] = state.arrays.mean.shape;
    return restoreAutoencoder(variational(factors, hidden), state, pairs);
  },
};

/** The share of training that goes by until annealing has reached its weight. */
const annealed = 0.5;

export function variational(factors: number, hidden: number, given: OptionValues = {}): Autoencoder {
  return {
    format: 'mult-vae/1',
    inner: hidden,
    outer: hidden,
    between: {
      mean: [hidden, factors],
      meanBias: [1, factors],
      spread: [hidden, factors],
      spreadBias: [1, factors],
      taste: [factors, hidden],
      tasteBias: [1, hidden],
    },

    forward(tf, sums, between, { noise, klWeights }) {
      const layer = (input: Tensor2D, name: string) => tf.add(multiply(tf, input, between[name]), between[`${name}Bias`]) as Tensor2D;
      const inward = tf.tanh(sums) as Tensor2D;
      const [mean, logVariance] = [layer(inward, 'mean'), layer(inward, 'spread')];
      const drawn = tf.tensor2d(noise.values, [sums.shape[0], factors]);
      const taste = tf.add(mean, tf.mul(drawn, tf.exp(tf.mul(0.5, logVariance)))) as Tensor2D;
      const penalty = tf.sum(tf.mul(divergence(tf, mean, logVariance), tf.tensor2d(klWeights.values, [sums.shape[0], 1]))) as Scalar;
      return { vectors: tf.tanh(layer(taste, 'taste')) as Tensor2D, penalty };
    },

    vectorOf(sums, between) {
      const inward = sums.map(Math.tanh);
      return Float32Array.from(layerOf(layerOf(inward, between.mean, between.meanBias), between.taste, between.tasteBias), Math.tanh);
    },

    extraOf: ({ batch, lengths, weights, meanLength, progress, random }: Step) => ({
      noise: { values: Float32Array.from({ length: batch.length * factors }, () => random.normal()), columns: factors },
      klWeights: {
        // The likelihood of a customer counts `weight / length` a pair.
        values: weights.map((weight, row) => (weight / lengths[row]) * rateOf(given, lengths[row] / meanLength, progress)),
        columns: 1,
      },
    }),
  };
}

function rateOf({ klWeight, klRate }: OptionValues, relativeLength: number, progress: number): number {
  return Number(klWeight) * (klRate === 'per-customer' ? relativeLength : Math.min(1, progress / annealed));
}

/** KL of normal distributions from the standard one, customers × 1: ½ Σ (μ² + σ² − 1 − log σ²). */
function divergence(tf: TensorFlow, mean: Tensor2D, logVariance: Tensor2D): Tensor2D {
  const each = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1));
  return tf.mul(0.5, tf.sum(each, 1, true)) as Tensor2D;
}

/** input · weights + bias. */
function layerOf(input: Float64Array, weights: Float32Array, bias: Float32Array): Float64Array {
  const out = Float64Array.from(bias);
  input.forEach((value, row) => {
    for (let column = 0; column < out.length; column++) out[column] += value * weights[row * out.length + column];
  });
  return out;
}
