import type { Tensor3D } from '@tensorflow/tfjs-core';
import { affine, attention, normalise } from './networks/layers';
import { networkModel, weightsOf, type Reader } from './networks/networkModel';
import { networkOptions } from './networks/options';
import { lastRow, plainAffine, plainAttention, plainNormalise, plainSum, type Rows } from './networks/plainLayers';
import {
  networkEstimate,
  specsOf,
  trainNetwork,
  watchingWeights,
  type NetworkWeights,
  type SequenceEncoder,
  type WeightSpecs,
} from './networks/sequenceNetwork';
import { similarByFactors } from './factorModel';
import type { Recommender, RecommenderModel } from './recommender';
import type { TrainingData } from './trainingData';

const format = 'sasrec/1';

/**
 * Self-attention over what somebody did (SASRec: Kang & McAuley, ICDM 2018): blocks of causal attention with one head and
 * a point-wise network, on items' vectors plus one for each place counted from the end. Trained with the cross-entropy over
 * all items instead of one negative, which is what makes it strong (Klenitskiy & Vasilev, RecSys 2023; Petrov & Macdonald,
 * RecSys 2023); where the catalogue is large, over drawn items with their correction. Layers are normalised before each
 * part (pre-norm), and items have a bias, which the paper's have not.
 */
export const sasrec: Recommender = {
  id: 'sasrec',
  family: 'sequential',
  personal: true,
  needs: ['sequences'],
  can: ['foldIn', 'similarItems', 'biases', 'warmStart'],
  lighter: 'markov',
  options: [
    ...networkOptions({ dropout: 0.3, learningRate: 0.002 }),
    {
      name: 'blocks',
      kind: 'number',
      integer: true,
      default: 2,
      min: 1,
      max: 8,
      tuned: [1, 3],
      what: 'How often what was seen is looked over anew; more find what takes several steps to see, and take longer.',
    },
  ],

  estimate(size, given) {
    const [d, length] = [Number(given.factors), Number(given.historyLength)];
    return networkEstimate(size, given, Number(given.blocks) * (6 * d * d + 20 * length * d));
  },

  async train(data, given, seed, compute, run, warmStart, watch) {
    const specs = specsOf(encoder, data.pairs.items, given);
    const modelFrom = (weights: NetworkWeights) => modelOf(weights, specs, Number(given.historyLength), data);
    const watching = watchingWeights(watch, modelFrom);
    const { weights, ...result } = await trainNetwork(format, encoder, data, given, seed, compute, run, warmStart, watching);
    return { ...result, model: await modelFrom(weights) };
  },

  async restore(state, data) {
    const { weights, specs } = weightsOf(state);
    return modelOf(weights, specs, Number(state.meta.historyLength), data);
  },
};

async function modelOf(
  weights: NetworkWeights,
  specs: WeightSpecs,
  historyLength: number,
  { pairs, sequences }: TrainingData,
): Promise<RecommenderModel> {
  return {
    ...networkModel(format, weights, specs, read, historyLength, pairs, await sequences!()),
    // What attention reads and what it asks for are one table, so items that are met alike lie alike.
    similarItems: (item, k) => similarByFactors(weights.item, specs.item.shape[1], item, k),
  };
}

/** The parts of a block: square weights with their biases, and what is normalised before attention and network. */
const squares = ['query', 'key', 'value', 'out', 'inner', 'outer'] as const;
const norms = ['before', 'between'] as const;

function blockWeights(block: number, d: number): WeightSpecs {
  const specs: WeightSpecs = {};
  for (const part of squares) {
    specs[`${block}.${part}`] = { shape: [d, d], begins: 'random' };
    specs[`${block}.${part}Bias`] = { shape: [d], begins: 'zeros' };
  }
  for (const part of norms) {
    specs[`${block}.${part}Gain`] = { shape: [d], begins: 'ones' };
    specs[`${block}.${part}Bias`] = { shape: [d], begins: 'zeros' };
  }
  return specs;
}

export const encoder: SequenceEncoder = {
  layout: 'rows',

  weights(given) {
    const [d, blocks] = [Number(given.factors), Number(given.blocks)];
    return {
      position: { shape: [Number(given.historyLength), d], begins: 'random' },
      ...Object.assign({}, ...Array.from({ length: blocks }, (_, block) => blockWeights(block, d))),
      lastGain: { shape: [d], begins: 'ones' },
      lastBias: { shape: [d], begins: 'zeros' },
    };
  },

  /** Of each step those up to it may be looked at, but nothing before the history begins. */
  masks(tf, { rows, length, inputs }) {
    const mask = new Float32Array(rows * length * length).fill(-1e9);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let step = 0; step < length; step++, at += length) {
        for (let other = 0; other <= step; other++) if (inputs[row * length + other] >= 0) mask[at + other] = 0;
      }
    }
    return [tf.tensor3d(mask, [rows, length, length])];
  },

  encode(tf, { batch: { rows, length }, vectors, weights, drop }, [mask]) {
    const { position } = weights;
    const [steps, d] = position.shape as [number, number];
    const placed = tf.slice(position, [steps - length, 0], [length, d]);
    const split = (x: typeof vectors) => tf.reshape(x, [rows, length, d]) as Tensor3D;
    let x = drop(tf.reshape(tf.add(split(vectors), placed), [rows * length, d]));
    for (let block = 0; weights[`${block}.query`]; block++) {
      const of = (name: string) => weights[`${block}.${name}`];
      const through = (part: string, y: typeof x) => affine(tf, y, of(part), of(`${part}Bias`));
      const norm = (part: string) => normalise(tf, x, of(`${part}Gain`), of(`${part}Bias`));
      const seen = norm('before');
      const [q, k, v] = ['query', 'key', 'value'].map((part) => split(through(part, seen)));
      const looked = tf.reshape(attention(tf, q, k, v, mask as Tensor3D), [rows * length, d]) as typeof x;
      x = tf.add(x, drop(through('out', looked)));
      x = tf.add(x, drop(through('outer', tf.relu(through('inner', norm('between'))))));
    }
    return normalise(tf, x, weights.lastGain, weights.lastBias);
  },
};

/** The same for one history, of which only the last step is asked for. */
export const read: Reader = (history, weights) => {
  const d = history.columns;
  const length = history.values.length / d;
  let x: Rows = plainSum(history, { columns: d, values: weights.position.subarray(weights.position.length - length * d) });
  for (let block = 0; weights[`${block}.query`]; block++) {
    const through = (part: string, y: Rows) => plainAffine(y, weights[`${block}.${part}`], weights[`${block}.${part}Bias`]);
    const norm = (part: string, y: Rows) => plainNormalise(y, weights[`${block}.${part}Gain`], weights[`${block}.${part}Bias`]);
    const seen = norm('before', x);
    const isLast = !weights[`${block + 1}.query`];
    // After the last block nobody looks at earlier steps any more.
    const [asking, going] = isLast ? [lastRow(seen), lastRow(x)] : [seen, x];
    const looked = plainAttention(through('query', asking), through('key', seen), through('value', seen));
    x = plainSum(going, through('out', looked));
    const inner = through('inner', norm('between', x));
    x = plainSum(x, through('outer', { columns: d, values: inner.values.map((value) => Math.max(0, value)) }));
  }
  return plainNormalise(lastRow(x), weights.lastGain, weights.lastBias).values;
};
