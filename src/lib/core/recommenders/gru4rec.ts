import type { Tensor2D } from '@tensorflow/tfjs-core';
import { affine, recurrentUnit } from './networks/layers';
import { networkModel, weightsOf, type Reader } from './networks/networkModel';
import { networkOptions } from './networks/options';
import { lastRow, plainAffine, plainRecurrentUnit } from './networks/plainLayers';
import {
  networkEstimate,
  specsOf,
  trainNetwork,
  watchingWeights,
  type NetworkWeights,
  type SequenceEncoder,
} from './networks/sequenceNetwork';
import type { Recommender } from './recommender';

const format = 'gru4rec/1';

/**
 * A gated recurrent unit over what somebody did (GRU4Rec: Hidasi & Karatzoglou, "Recurrent Neural Networks with Top-k Gains
 * for Session-based Recommendations", CIKM 2018, with one layer and one table of vectors for what is read and what is
 * asked for, their constrained embeddings). Its loss is the cross-entropy over all items, or over drawn ones with the
 * correction for how they were drawn: what third-party versions get wrong is the sampling (Hidasi & Czapp, RecSys 2023).
 */
export const gru4rec: Recommender = {
  id: 'gru4rec',
  family: 'sequential',
  personal: true,
  needs: ['sequences'],
  can: ['foldIn', 'biases', 'warmStart'],
  lighter: 'markov',
  options: networkOptions({ dropout: 0.3, learningRate: 0.002 }),

  estimate(size, given) {
    // Steps one after the other take some three times as long as their multiply-adds at once.
    return networkEstimate(size, given, 18 * Number(given.factors) ** 2);
  },

  async train(data, given, seed, compute, run, warmStart, watch) {
    const specs = specsOf(encoder, data.pairs.items, given);
    const modelFrom = async (weights: NetworkWeights) =>
      networkModel(format, weights, specs, read, Number(given.historyLength), data.pairs, await data.sequences!());
    const watching = watchingWeights(watch, modelFrom);
    const { weights, ...result } = await trainNetwork(format, encoder, data, given, seed, compute, run, warmStart, watching);
    return { ...result, model: await modelFrom(weights) };
  },

  async restore(state, { pairs, sequences }) {
    const { weights, specs } = weightsOf(state);
    return networkModel(format, weights, specs, read, Number(state.meta.historyLength), pairs, await sequences!());
  },
};

/** `given` is what an item's vector gives to the three gates, `own` what the state does: reset, update, new. */
export const encoder: SequenceEncoder = {
  layout: 'steps',

  weights(given) {
    const d = Number(given.factors);
    return {
      given: { shape: [d, 3 * d], begins: 'random' },
      givenBias: { shape: [3 * d], begins: 'zeros' },
      own: { shape: [d, 3 * d], begins: 'random' },
      ownBias: { shape: [3 * d], begins: 'zeros' },
    };
  },

  /** 0 before the history begins. */
  masks(tf, { rows, length, inputs }) {
    const mask = Float32Array.from({ length: rows * length }, (_, at) =>
      inputs[(at % rows) * length + Math.floor(at / rows)] < 0 ? 0 : 1,
    );
    return [tf.tensor2d(mask, [length, rows])];
  },

  encode(tf, { vectors, weights, drop }, [mask]) {
    const gates = affine(tf, drop(vectors), weights.given, weights.givenBias);
    return drop(recurrentUnit(tf, gates, weights.own, weights.ownBias, mask as Tensor2D));
  },
};

/** The same for one history, after its last step. */
export const read: Reader = (history, { given, givenBias, own, ownBias }) =>
  lastRow(plainRecurrentUnit(plainAffine(history, given, givenBias), own, ownBias)).values;
