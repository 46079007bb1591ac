import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { multiply } from '../../math/tensorOps';
import type { TensorFlow } from '../../math/tensors';

/** Added to the variance, as PyTorch does. */
export const normEpsilon = 1e-5;

/** `x · weight + bias`. */
export function affine(tf: TensorFlow, x: Tensor2D, weight: Tensor, bias: Tensor): Tensor2D {
  return tf.add(multiply(tf, x, weight as Tensor2D), bias);
}

/** Each row to mean 0 and variance 1, then `· gain + bias` (Ba, Kiros & Hinton 2016). One gradient: single ops would pass over the rows thrice as often. */
export function normalise(tf: TensorFlow, x: Tensor2D, gain: Tensor, bias: Tensor): Tensor2D {
  const layer = tf.customGrad((input, scale, shift, save) => {
    const centred = tf.sub(input as Tensor2D, tf.mean(input as Tensor2D, 1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), normEpsilon));
    const unit = tf.mul(centred, inverse) as Tensor2D;
    (save as (tensors: Tensor[]) => void)([unit, inverse, scale as Tensor]);
    return {
      value: tf.add(tf.mul(unit, scale as Tensor), shift as Tensor),
      gradFunc: (change, saved) => {
        const [ofRow, inverseOfRow, savedScale] = saved as Tensor2D[];
        const pull = tf.mul(change as Tensor2D, savedScale);
        const along = tf.mul(ofRow, tf.mean(tf.mul(pull, ofRow), 1, true));
        const ofInput = tf.mul(inverseOfRow, tf.sub(tf.sub(pull, tf.mean(pull, 1, true)), along));
        return [ofInput, tf.sum(tf.mul(change as Tensor2D, ofRow), 0), tf.sum(change as Tensor2D, 0)];
      },
    };
  });
  return layer(x, gain, bias) as Tensor2D;
}

/**
 * softmax(q · kᵀ / √size + mask) · v for each history (Vaswani et al. 2017), with one head. One gradient, whose products
 * transpose explicitly: with flags, and in tfjs's own gradient, multiplying is slow on WebAssembly.
 * @param q `histories × length × size`, as k and v
 * @param mask `histories × length × length`: 0 where the column may be looked at, −1e9 where not
 */
export function attention(tf: TensorFlow, q: Tensor3D, k: Tensor3D, v: Tensor3D, mask: Tensor3D): Tensor3D {
  const turned = (x: Tensor) => tf.transpose(x, [0, 2, 1]) as Tensor3D;
  const scale = 1 / Math.sqrt(q.shape[2]);
  const layer = tf.customGrad((queries, keys, values, save) => {
    const [a, b, c] = [queries, keys, values] as Tensor3D[];
    const shares = tf.softmax(tf.add(tf.mul(tf.matMul(a, turned(b)), scale), mask)) as Tensor3D;
    (save as (tensors: Tensor[]) => void)([a, b, c, shares]);
    return {
      value: tf.matMul(shares, c),
      gradFunc: (change, saved) => {
        const [savedQ, savedK, savedV, savedShares] = saved as Tensor3D[];
        const pull = tf.matMul(change as Tensor3D, turned(savedV));
        const ofScores = tf.mul(tf.mul(savedShares, tf.sub(pull, tf.sum(tf.mul(pull, savedShares), 2, true))), scale) as Tensor3D;
        return [tf.matMul(ofScores, savedK), tf.matMul(turned(ofScores), savedQ), tf.matMul(turned(savedShares), change as Tensor3D)];
      },
    };
  });
  return layer(q, k, v) as Tensor3D;
}

/**
 * A gated recurrent unit over all steps (Cho et al. 2014, as PyTorch has it): r and z are sigmoids, n = tanh(x_n + r · h_n),
 * h' = (1 − z) · n + z · h. One gradient through time: tfjs's own would keep and add some thirty tensors a step.
 * @param x `steps · rows × 3 size`, step by step: what the inputs give to r, z and n
 * @param weight `size × 3 size`, bias `3 size`: what the state gives to them
 * @param mask `steps × rows`, 0 before the history begins
 * @returns the state after each step, `steps · rows × size`
 */
export function recurrentUnit(tf: TensorFlow, x: Tensor2D, weight: Tensor, bias: Tensor, mask: Tensor2D): Tensor2D {
  const [steps, rows] = mask.shape;
  const size = weight.shape[0]!;
  const rowsOf = (all: Tensor2D, step: number) => tf.slice(all, [step * rows, 0], [rows, all.shape[1]]);
  const third = (wide: Tensor2D, at: number) => tf.slice(wide, [0, at * size], [rows, size]);
  const masks = () => tf.unstack(tf.expandDims(mask, 2)) as Tensor2D[];

  const layer = tf.customGrad((inputs, turn, shift, save) => {
    const kept: Tensor2D[][] = [[], [], [], []];
    const states: Tensor2D[] = [];
    const open = masks();
    let state = tf.zeros([rows, size]) as Tensor2D;
    for (let step = 0; step < steps; step++) {
      const given = rowsOf(inputs as Tensor2D, step);
      const own = tf.add(tf.matMul(state, turn as Tensor2D), shift as Tensor1D) as Tensor2D;
      const reset = tf.sigmoid(tf.add(third(given, 0), third(own, 0)));
      const keep = tf.sigmoid(tf.add(third(given, 1), third(own, 1)));
      const ownNew = third(own, 2);
      const fresh = tf.tanh(tf.add(third(given, 2), tf.mul(reset, ownNew)));
      state = tf.mul(tf.add(fresh, tf.mul(keep, tf.sub(state, fresh))), open[step]);
      ([reset, keep, ownNew, fresh] as Tensor2D[]).forEach((each, at) => kept[at].push(each));
      states.push(state);
    }
    const value = tf.concat(states) as Tensor2D;
    (save as (tensors: Tensor[]) => void)([...kept.map((each) => tf.concat(each)), value, turn as Tensor]);
    return {
      value,
      gradFunc: (change, saved) => {
        const [resets, keeps, ownNews, freshs, after, savedTurn] = saved as Tensor2D[];
        const turnedBack = tf.transpose(savedTurn);
        const openThen = masks();
        const ofGiven: Tensor2D[] = [];
        const ofOwn: Tensor2D[] = [];
        let pull = tf.zeros([rows, size]) as Tensor2D;
        for (let step = steps - 1; step >= 0; step--) {
          const [reset, keep, ownNew, fresh] = [resets, keeps, ownNews, freshs].map((all) => rowsOf(all, step));
          const before = step > 0 ? rowsOf(after, step - 1) : (tf.zeros([rows, size]) as Tensor2D);
          const ofState = tf.mul(tf.add(pull, rowsOf(change as Tensor2D, step)), openThen[step]) as Tensor2D;
          const ofNew = tf.mul(tf.mul(ofState, tf.sub(1, keep)), tf.sub(1, tf.square(fresh))) as Tensor2D;
          const ofKeep = tf.mul(tf.mul(ofState, tf.sub(before, fresh)), tf.mul(keep, tf.sub(1, keep))) as Tensor2D;
          const ofReset = tf.mul(tf.mul(ofNew, ownNew), tf.mul(reset, tf.sub(1, reset))) as Tensor2D;
          ofGiven[step] = tf.concat([ofReset, ofKeep, ofNew], 1);
          ofOwn[step] = tf.concat([ofReset, ofKeep, tf.mul(ofNew, reset) as Tensor2D], 1);
          pull = tf.add(tf.matMul(ofOwn[step], turnedBack), tf.mul(ofState, keep));
        }
        const [allGiven, allOwn] = [tf.concat(ofGiven), tf.concat(ofOwn)] as Tensor2D[];
        const befores = tf.concat([tf.zeros([rows, size]) as Tensor2D, tf.slice(after, [0, 0], [(steps - 1) * rows, size])]);
        return [allGiven, tf.matMul(tf.transpose(befores), allOwn), tf.sum(allOwn, 0)];
      },
    };
  });
  return layer(x, weight, bias) as Tensor2D;
}
