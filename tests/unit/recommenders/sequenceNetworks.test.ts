import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import type { TensorFlow, Tensors } from '$lib/core/math/tensors';
import { attention, normalise, recurrentUnit } from '$lib/core/recommenders/networks/layers';
import { nextItemLoss } from '$lib/core/recommenders/networks/nextItemLoss';
import { specsOf } from '$lib/core/recommenders/networks/sequenceNetwork';
import { openNodeTensors } from '$lib/platform/node/tensors';
import expected from '../../fixtures/sequence-models.json';
import { fixedWeights, history, lossAndGradient, networks, size, trainFew } from './fixedNetworks';

let tensors: Tensors;
beforeAll(async () => void (tensors = await openNodeTensors()));

/** Both functions, and what both say of how the sum of their answers' cosines changes with each input. */
function expectSameGradients(tf: TensorFlow, inputs: Tensor[], ours: (...x: Tensor[]) => Tensor, plain: (...x: Tensor[]) => Tensor): void {
  const [a, b] = [ours, plain].map((f) => tf.valueAndGrads((...x) => tf.sum(tf.cos(f(...x))))(inputs));
  expect(a.value.dataSync()[0]).toBeCloseTo(b.value.dataSync()[0], 4);
  a.grads.forEach((gradient, i) => {
    const expected = b.grads[i].dataSync();
    expect(expected.some((value) => Math.abs(value) > 0.01)).toBe(true);
    gradient.dataSync().forEach((value, at) => expect(Math.abs(value - expected[at])).toBeLessThan(2e-4));
  });
}

const ids = ['sasrec', 'gru4rec'] as const;

describe.each(ids)('%s', (id) => {
  const { encoder, read } = networks[id];
  it('says of a history what it says of it in a batch, padded or not, in plain TypeScript', () => {
    const { tf } = tensors;
    const random = new Random(5);
    const specs = specsOf(encoder, 9, size);
    const weights = Object.fromEntries(
      Object.entries(specs).map(([name, { shape }]) => [
        name,
        Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.7 * random.normal()),
      ]),
    );
    const histories = [[3], [1, 8, 1, 0, 5], [7, 2, 2]];
    const [rows, length] = [3, 5];
    const inputs = Int32Array.from(histories.flatMap((own) => [...new Array(length - own.length).fill(-1), ...own]));
    tf.tidy(() => {
      const batch = { rows, length, inputs, places: new Int32Array(), targets: new Int32Array() };
      const at = (row: number, step: number) => (encoder.layout === 'rows' ? row * length + step : step * rows + row);
      const indexes = new Int32Array(rows * length);
      for (let row = 0; row < rows; row++)
        for (let step = 0; step < length; step++) indexes[at(row, step)] = Math.max(0, inputs[row * length + step]);
      const placed = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, tf.tensor(weights[name], shape)]));
      const vectors = tf.gather(placed.item as Tensor2D, tf.tensor1d(indexes, 'int32'));
      const all = encoder.encode(tf, { batch, vectors, weights: placed, drop: (x) => x }, encoder.masks(tf, batch)).dataSync();
      histories.forEach((own, row) => {
        const values = Float32Array.from(own.flatMap((item) => [...weights.item.subarray(item * 4, item * 4 + 4)]));
        const vector = read({ columns: 4, values }, weights);
        const start = 4 * at(row, length - 1);
        vector.forEach((value, c) => expect(value).toBeCloseTo(all[start + c], 4));
      });
    });
  });
});

describe.each(ids)('%s beside PyTorch (scripts/reference/sequence_models.py)', (id) => {
  const { vectors, loss, gradient } = expected[id];

  it('reads a history to the same vectors', () => {
    const weights = fixedWeights(id);
    for (let length = 1; length <= 5; length++) {
      // Places are counted from the end of what is known, so a shorter history has other ones.
      if (id === 'sasrec' && length < 5) continue;
      const values = Float32Array.from(
        [...history.subarray(0, length)].flatMap((item) => [...weights.item.subarray(item * 4, item * 4 + 4)]),
      );
      networks[id].read({ columns: 4, values }, weights).forEach((value, c) => expect(value).toBeCloseTo(vectors[4 * (length - 1) + c], 5));
    }
  });

  it('has the same loss and the same gradient of the items, which are read and asked for', async () => {
    const found = await lossAndGradient(tensors, id);
    expect(found.loss).toBeCloseTo(loss, 5);
    found.gradient.forEach((value, at) => expect(value).toBeCloseTo(gradient[at], 5));
  });

  it('learns where the catalogue is too large to compare with whole, and leaves no tensor behind', async () => {
    const { losses, tensorsLeft } = await trainFew(tensors, id);
    expect(losses.at(-1)).toBeLessThan(losses[0] - 0.1);
    expect(tensorsLeft).toBe(0);
  });
});

describe('layers have the gradients that tfjs finds for them put together from single operations:', () => {
  const random = new Random(4);
  const draw = (tf: TensorFlow, shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
      shape,
    );

  it('rows brought to mean 0 and variance 1', () => {
    const { tf } = tensors;
    tf.tidy(() => {
      const plain = (x: Tensor, gain: Tensor, bias: Tensor) => {
        const centred = tf.sub(x, tf.mean(x, 1, true));
        return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), 1, true), 1e-5))), gain), bias);
      };
      const ours = (x: Tensor, gain: Tensor, bias: Tensor) => normalise(tf, x as Tensor2D, gain, bias);
      expectSameGradients(tf, [draw(tf, [5, 4]), draw(tf, [4]), draw(tf, [4])], ours, plain);
    });
  });

  it('attention', () => {
    const { tf } = tensors;
    tf.tidy(() => {
      const mask = tf.tensor3d([0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0, 0, -1e9, -1e9, -1e9, 0, -1e9, -1e9, 0, 0], [2, 3, 3]);
      const plain = (q: Tensor, k: Tensor, v: Tensor) => tf.matMul(tf.softmax(tf.add(tf.div(tf.matMul(q, k, false, true), 2), mask)), v);
      const ours = (q: Tensor, k: Tensor, v: Tensor) => attention(tf, q as Tensor3D, k as Tensor3D, v as Tensor3D, mask);
      expectSameGradients(tf, [1, 2, 3].map(() => draw(tf, [2, 3, 4])), ours, plain); // prettier-ignore
    });
  });

  it('a recurrent unit through time', () => {
    const { tf } = tensors;
    tf.tidy(() => {
      const [steps, rows, d] = [4, 3, 2];
      const mask = tf.tensor2d([1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1], [steps, rows]);
      const plain = (x: Tensor, weight: Tensor, bias: Tensor) => {
        let state = tf.zeros([rows, d]);
        const states: Tensor2D[] = [];
        for (let step = 0; step < steps; step++) {
          const given = tf.split(tf.slice(x, [step * rows, 0], [rows, 3 * d]), 3, 1);
          const own = tf.split(tf.add(tf.matMul(state as Tensor2D, weight as Tensor2D), bias), 3, 1);
          const [reset, keep] = [0, 1].map((gate) => tf.sigmoid(tf.add(given[gate], own[gate])));
          const fresh = tf.tanh(tf.add(given[2], tf.mul(reset, own[2])));
          const next = tf.add(tf.mul(tf.sub(1, keep), fresh), tf.mul(keep, state));
          state = tf.mul(next, tf.reshape(tf.slice(mask, [step, 0], [1, rows]), [rows, 1]));
          states.push(state as Tensor2D);
        }
        return tf.concat(states);
      };
      const ours = (x: Tensor, weight: Tensor, bias: Tensor) => recurrentUnit(tf, x as Tensor2D, weight, bias, mask);
      expectSameGradients(tf, [draw(tf, [steps * rows, 3 * d]), draw(tf, [d, 3 * d]), draw(tf, [3 * d])], ours, plain);
    });
  });

  it('the loss of what came next, also where a column comes twice', () => {
    const { tf } = tensors;
    tf.tidy(() => {
      const targets = tf.tensor1d([2, 0, 2, 4], 'int32');
      const ours = (x: Tensor, y: Tensor, b: Tensor) => nextItemLoss(tf, x as Tensor2D, y as Tensor2D, b as Tensor1D, targets);
      const plain = (x: Tensor, y: Tensor, b: Tensor) => {
        const shares = tf.softmax(tf.add(tf.matMul(x as Tensor2D, y as Tensor2D, false, true), b));
        return tf.neg(tf.mean(tf.sum(tf.mul(tf.log(shares), tf.oneHot(targets, 6)), 1)));
      };
      expectSameGradients(tf, [draw(tf, [4, 3]), draw(tf, [6, 3]), draw(tf, [6])], ours, plain);
    });
  });
});
