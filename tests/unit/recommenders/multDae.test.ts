import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { Random } from '$lib/core/base/random';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';
import type { Tensors } from '$lib/core/math/tensors';
import { multDae } from '$lib/core/recommenders/multDae';
import { chooseItems } from '$lib/core/recommenders/autoencoderBatches';
import { softmaxLoss } from '$lib/core/recommenders/softmaxLoss';
import type { Compute } from '$lib/core/recommenders/recommender';
import { openNodeTensors } from '$lib/platform/node/tensors';

let tensors: Tensors;
beforeAll(async () => void (tensors = await openNodeTensors()));

function train(matrix: InteractionMatrix, options: OptionValues, seed = 1, run = quietContext()) {
  const compute = { tensors: async () => tensors } as Compute;
  return multDae.train({ pairs: matrix }, resolveOptions('mult-dae', multDae.options, options), seed, compute, run);
}

/** Customers 0–9 buy teas (items 0–4), 10–19 buy bicycle parts (5–9); each has bought four of the five. */
const teaAndBicycles = shopOfTwoTastes(20, 10);

function shopOfTwoTastes(users: number, items: number): InteractionMatrix {
  const [user, item]: [number[], number[]] = [[], []];
  for (let u = 0; u < users; u++) {
    for (let i = 0; i < items / 2; i++) {
      if (i === u % (items / 2)) continue;
      user.push(u);
      item.push(u < users / 2 ? i : i + items / 2);
    }
  }
  return matrixFromPairs(users, items, user, item);
}

describe('the denoising autoencoder', () => {
  it('offers a tea drinker the one tea that she has not bought yet', async () => {
    const { model, losses, backend, reproducible } = await train(teaAndBicycles, { factors: 8, epochs: 60, regularization: 0 });
    for (let customer = 0; customer < 20; customer++) {
      const scores = Array.from(await model.score(Int32Array.of(customer)));
      const missing = (customer % 5) + (customer < 10 ? 0 : 5);
      const unseen = scores.map((score, item) => ({ score, item })).filter(({ item }) => item === missing || item < 5 !== customer < 10);
      expect(unseen.sort((a, b) => b.score - a.score)[0].item).toBe(missing);
    }
    expect(losses).toHaveLength(60);
    expect(losses.at(-1)!.loss).toBeLessThan(losses[0].loss);
    expect(backend).toMatch(/^tfjs wasm/);
    expect(reproducible).toBe(true);
  });

  it('gives factors whose dot product is the score', async () => {
    const { model } = await train(teaAndBicycles, { factors: 4, epochs: 3 });
    const { size, userFactors, itemFactors } = model.factors!;
    const scores = await model.score(Int32Array.of(3));
    for (let item = 0; item < 10; item++) {
      let product = 0;
      for (let f = 0; f < size; f++) product += userFactors[3 * size + f] * itemFactors[item * size + f];
      expect(scores[item]).toBeCloseTo(product, 5);
    }
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const factorsOf = async (seed: number) => (await train(teaAndBicycles, { factors: 4, epochs: 3 }, seed)).model.factors!.userFactors;
    expect(await factorsOf(7)).toEqual(await factorsOf(7));
    expect(await factorsOf(8)).not.toEqual(await factorsOf(7));
  });

  it('leaves no tensor behind, finished or cancelled', async () => {
    const before = tensors.tf.memory().numTensors;
    await train(teaAndBicycles, { factors: 4, epochs: 2 });
    expect(tensors.tf.memory().numTensors).toBe(before);
    const controller = new AbortController();
    const cancelAtFirstEpoch = createRunContext(controller.signal, () => controller.abort());
    await expect(train(teaAndBicycles, { factors: 4, epochs: 50 }, 1, cancelAtFirstEpoch)).rejects.toBeInstanceOf(Cancelled);
    expect(tensors.tf.memory().numTensors).toBe(before);
  });

  it('learns in a large catalogue from drawn items', async () => {
    const shop = shopOfTwoTastes(40, 40);
    const large = { ...shop, items: 4000 };
    const { model } = await train(large, { factors: 8, epochs: 40, negatives: 60, batchSize: 8, regularization: 0 });
    for (const customer of [0, 39]) {
      const scores = Array.from(await model.score(Int32Array.of(customer)));
      const best = scores.map((score, item) => ({ score, item })).sort((a, b) => b.score - a.score);
      expect(best.slice(0, 15).every(({ item }) => item < 40 && item < 20 === customer < 20)).toBe(true);
    }
  });
});

describe('the items a batch is compared over', () => {
  it('holds every item of the histories, and drawn ones that stand for all others', () => {
    const matrix = matrixFromPairs(2, 1000, [0, 0, 1], [5, 900, 17]);
    const { size, items, logWeights } = chooseItems(matrix, Int32Array.of(0, 1), 50, new Random(1));
    expect(size).toBe(53);
    expect([5, 17, 900].every((item) => items!.includes(item))).toBe(true);
    expect(new Set(items).size).toBe(53);
    const stoodFor = logWeights!.reduce((sum, weight) => sum + Math.exp(weight), 0);
    expect(stoodFor).toBeCloseTo(1000, 1);
  });

  it('is everything where the catalogue is small', () => {
    const matrix = matrixFromPairs(1, 10, [0], [5]);
    expect(chooseItems(matrix, Int32Array.of(0), 50, new Random(1))).toEqual({ size: 10 });
  });
});

it("has the gradient that tfjs's own derivatives have", () => {
  const { tf } = tensors;
  tf.tidy(() => {
    const random = new Random(3);
    const draw = (rows: number, columns: number) =>
      tf.tensor2d(
        Array.from({ length: rows * columns }, () => random.normal()),
        [rows, columns],
      );
    const [x, y, bias] = [draw(4, 3), draw(6, 3), tf.reshape(draw(1, 6), [6]) as ReturnType<typeof tf.tensor1d>];
    const targets = tf.softmax(draw(4, 6)) as typeof x;
    const weights = tf.tensor2d([0.1, 0.2, 0.3, 0.4], [4, 1]);
    const fused = tf.valueAndGrads((a, b, c) => softmaxLoss(tf, a as typeof x, b as typeof x, c as typeof bias, targets, weights));
    const plain = tf.valueAndGrads((a, b, c) => {
      const shares = tf.softmax(tf.add(tf.matMul(a as typeof x, b as typeof x, false, true), c));
      return tf.neg(tf.sum(tf.mul(tf.mul(targets, tf.log(shares)), weights)));
    });
    const [ours, theirs] = [fused([x, y, bias]), plain([x, y, bias])];
    expect(ours.value.dataSync()[0]).toBeCloseTo(theirs.value.dataSync()[0], 5);
    ours.grads.forEach((gradient, i) => {
      const expected = theirs.grads[i].dataSync();
      gradient.dataSync().forEach((value, at) => expect(value).toBeCloseTo(expected[at], 5));
    });
  });
});

const ratings = new URL('../../../../shared/data/ml-100k/u.data', import.meta.url);
describe.skipIf(!existsSync(ratings))('on MovieLens 100K (skipped where ../shared/data/ml-100k is missing)', () => {
  it('finds far more of the hidden films than popularity does', { timeout: 300_000 }, async () => {
    const rows = readFileSync(ratings, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('\t').map(Number));
    new Random(5).shuffle(rows);
    const part = (from: number, to: number) =>
      matrixFromPairs(
        943,
        1682,
        rows.slice(from, to).map(([user]) => user - 1),
        rows.slice(from, to).map(([, item]) => item - 1),
      );
    const [seen, hidden] = [part(0, 80_000), part(80_000, 100_000)];
    const popularity = new Float32Array(1682);
    for (const item of seen.columns) popularity[item]++;
    const { model } = await train(seen, { epochs: 12 });
    const [baseline, neural] = [
      recallAt20(seen, hidden, () => popularity.slice()),
      recallAt20(seen, hidden, (u) => model.score(Int32Array.of(u)) as Float32Array),
    ];
    expect(baseline).toBeGreaterThan(0.15);
    expect(neural).toBeGreaterThan(1.7 * baseline);
  });
});

function recallAt20(seen: InteractionMatrix, hidden: InteractionMatrix, scoresOf: (user: number) => Float32Array): number {
  let [total, users] = [0, 0];
  for (let user = 0; user < seen.users; user++) {
    const wanted = new Set(hidden.columns.subarray(hidden.rowStarts[user], hidden.rowStarts[user + 1]));
    if (wanted.size === 0) continue;
    const scores = scoresOf(user);
    for (let entry = seen.rowStarts[user]; entry < seen.rowStarts[user + 1]; entry++) scores[seen.columns[entry]] = -Infinity;
    const best = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
    total += best.slice(0, 20).filter((item) => wanted.has(item)).length / wanted.size;
    users++;
  }
  return total / users;
}
