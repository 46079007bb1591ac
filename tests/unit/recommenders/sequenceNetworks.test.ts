import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import type { TensorFlow, Tensors } from '$lib/core/math/tensors';
import { gatherRows } from '$lib/core/math/tensorOps';
import { attention, normalise, recurrentUnit } from '$lib/core/recommenders/networks/layers';
import { nextItemLoss } from '$lib/core/recommenders/networks/nextItemLoss';
import * as gru4rec from '$lib/core/recommenders/gru4rec';
import * as sasrec from '$lib/core/recommenders/sasrec';
import { specsOf } from '$lib/core/recommenders/networks/sequenceNetwork';
import { openNodeTensors } from '$lib/platform/node/tensors';
import expected from '../../fixtures/sequence-models.json';

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

const given = { factors: 4, historyLength: 6, blocks: 2 };
const networks = [
  ['sasrec', sasrec.encoder, sasrec.read],
  ['gru4rec', gru4rec.encoder, gru4rec.read],
] as const;

describe.each(networks)('%s', (_, encoder, read) => {
  it('says of a history what it says of it in a batch, padded or not, in plain TypeScript', () => {
    const { tf } = tensors;
    const random = new Random(5);
    const specs = specsOf(encoder, 9, given);
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

/** The formula of scripts/reference/sequence_models.py. */
const fixed = (length: number, shift: number) => Float32Array.from({ length }, (_, i) => 0.8 * Math.sin(i * 1.7 + shift));
const shifts: Record<string, number> = { item: 0, itemBias: 1, position: 2, lastGain: 20, lastBias: 21 };
const ofGates: Record<string, number> = { given: 3, givenBias: 4, own: 5, ownBias: 6 };
const ofBlock: Record<string, number> = { query: 3, key: 4, value: 5, out: 6, inner: 7, outer: 8 };
const ofNorms: Record<string, number> = { beforeGain: 7, beforeBias: 8, betweenGain: 9, betweenBias: 10 };
function shiftOf(name: string): number {
  const [block, part] = name.split('.');
  if (part === undefined) return shifts[name] ?? ofGates[name];
  return part in ofNorms ? ofNorms[part] + Number(block) : ofBlock[part.replace('Bias', '')] + 10 * Number(block);
}

describe.each(networks)('%s beside PyTorch (scripts/reference/sequence_models.py)', (id, encoder, read) => {
  const { vectors, loss, gradient } = expected[id];
  const specs = specsOf(encoder, 9, given);
  const weights = Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [name, fixed(shape.reduce((product, length) => product * length, 1), shiftOf(name))]), // prettier-ignore
  );
  const history = Int32Array.of(1, 8, 1, 0, 5);

  it('reads a history to the same vectors', () => {
    for (let length = 1; length <= 5; length++) {
      // What a place means is counted from the end of what is known, so the end of a shorter history has other places.
      if (id === 'sasrec' && length < 5) continue;
      const values = Float32Array.from(
        [...history.subarray(0, length)].flatMap((item) => [...weights.item.subarray(item * 4, item * 4 + 4)]),
      );
      read({ columns: 4, values }, weights).forEach((value, c) => expect(value).toBeCloseTo(vectors[4 * (length - 1) + c], 5));
    }
  });

  it('has the same loss and the same gradient of the items, which are read and asked for', () => {
    const { tf } = tensors;
    tf.tidy(() => {
      const batch = { rows: 1, length: 5, inputs: history, places: new Int32Array(), targets: new Int32Array() };
      const placed = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, tf.tensor(weights[name], shape)]));
      const [indexes, targets] = [history, [8, 1, 0, 5, 2]].map((list) => tf.tensor1d(list, 'int32'));
      const masks = encoder.masks(tf, batch);
      const found = tf.valueAndGrad((item) => {
        const rows = encoder.encode(
          tf,
          { batch, vectors: gatherRows(tf, item as Tensor2D, indexes), weights: placed, drop: (x) => x },
          masks,
        );
        return nextItemLoss(tf, rows, item as Tensor2D, tf.reshape(placed.itemBias, [9]) as Tensor1D, targets);
      })(placed.item);
      expect(found.value.dataSync()[0]).toBeCloseTo(loss, 5);
      found.grad.dataSync().forEach((value, at) => expect(value).toBeCloseTo(gradient[at], 5));
    });
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
