import type { Tensor2D } from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import type { Tensors } from '$lib/core/math/tensors';
import { lossOf, restoreAutoencoder } from '$lib/core/recommenders/autoencoder';
import { fillHistories, fillTargets } from '$lib/core/recommenders/autoencoderBatches';
import { variational } from '$lib/core/recommenders/multVae';
import { openNodeTensors } from '$lib/platform/node/tensors';

let tensors: Tensors;
beforeAll(async () => void (tensors = await openNodeTensors()));

describe('Mult-VAE has the numbers of its formulas in NumPy', () => {
  /** Made by scripts/reference/mult_vae.py. */
  const fixture = JSON.parse(readFileSync(new URL('../../fixtures/mult-vae.json', import.meta.url), 'utf8'));
  const { users, items, hidden, factors } = fixture;
  const [who, what] = [0, 1].map((part) => fixture.pairs.map((pair: number[]) => pair[part]) as number[]);
  const pairs = matrixFromPairs(users, items, who, what);
  const kind = variational(factors, hidden, { klWeight: fixture.rate, klRate: 'annealed' });
  const everyone = Int32Array.from({ length: users }, (_, user) => user);
  const weights = Object.fromEntries(
    Object.entries(fixture.weights as Record<string, number[]>).map(([name, values]) => [name, Float32Array.from(values)]),
  );

  it('in scores, which follow from the mean of a customer’s tastes', async () => {
    const arrays = Object.fromEntries(Object.entries(weights).map(([name, data]) => [name, { data, shape: [data.length], axes: ['in'] }]));
    const scores = await restoreAutoencoder(kind, { format: 'mult-vae/1', arrays, meta: {} }, pairs).score(everyone);
    (fixture.scores as number[][]).flat().forEach((score, at) => expect(Math.abs(scores[at] - score)).toBeLessThan(2e-6));
  });

  it('in the loss of a batch and in the gradient of every weight', () => {
    const { tf } = tensors;
    tf.tidy(() => {
      const choice = { size: items };
      const { targets, weights: ofCustomers } = fillTargets(pairs, everyone, choice);
      const lengths = everyone.map((user) => pairs.rowStarts[user + 1] - pairs.rowStarts[user]);
      const random = new Random(1);
      const step = { batch: everyone, lengths, weights: ofCustomers, meanLength: 1, progress: 1, random };
      const drawn = { ...kind.extraOf!(step), noise: { values: Float32Array.from(fixture.noise), columns: factors } };
      const batch = {
        own: tf.tensor2d(fillHistories(pairs, everyone, choice, 0, random), [users, items]),
        wanted: tf.tensor2d(targets, [users, items]),
        weights: tf.tensor2d(ofCustomers, [users, 1]),
        choice,
      };
      const shapes: Record<string, [number, number]> = {
        history: [items, hidden],
        historyBias: [1, hidden],
        mean: [hidden, factors],
        meanBias: [1, factors],
        spread: [hidden, factors],
        spreadBias: [1, factors],
        taste: [factors, hidden],
        tasteBias: [1, hidden],
        item: [items, hidden],
        itemBias: [items, 1],
      };
      const names = Object.keys(shapes);
      const tables = names.map((name) => tf.tensor2d(weights[name], shapes[name]));
      const networkOf = (given: unknown[]) => Object.fromEntries(names.map((name, at) => [name, given[at] as Tensor2D]));
      const { value, grads } = tf.valueAndGrads((...given) => lossOf(tf, kind, networkOf(given), batch, drawn, 0))(tables);
      expect(value.dataSync()[0]).toBeCloseTo(fixture.loss, 5);
      names.forEach((name, at) => {
        const theirs = fixture.gradients[name] as number[];
        grads[at].dataSync().forEach((slope, place) => expect(Math.abs(slope - theirs[place])).toBeLessThan(1e-5));
      });
    });
  });

  it('whose weight of the KL divergence grows over the first half, or goes by what each customer has', () => {
    const lengths = Int32Array.of(2, 6);
    const step = { batch: Int32Array.of(0, 1), lengths, weights: Float32Array.of(0.5, 0.5), meanLength: 4, random: new Random(1) };
    const rates = (klRate: string, progress: number) =>
      [...variational(factors, hidden, { klWeight: 0.2, klRate }).extraOf!({ ...step, progress }).klWeights.values].map(
        (weight, row) => (weight * lengths[row]) / 0.5,
      );
    expect(rates('annealed', 0)).toEqual([0, 0]);
    for (const rate of rates('annealed', 0.25)) expect(rate).toBeCloseTo(0.1, 6);
    for (const rate of rates('annealed', 0.9)) expect(rate).toBeCloseTo(0.2, 6);
    const [few, many] = rates('per-customer', 0);
    expect(few).toBeCloseTo(0.1, 6);
    expect(many).toBeCloseTo(0.3, 6);
  });
});
