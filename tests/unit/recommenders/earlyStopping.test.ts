import { afterAll, describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { basketOf } from '$lib/core/recommenders/basket';
import { findRecommender, recommenders } from '$lib/core/recommenders/catalogue';
import type { Compute } from '$lib/core/recommenders/recommender';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { wideCatalogue } from '../../support/wideCatalogue';
import { dataOf } from './everyRecommender';

const kernels = openNodeKernels({ threads: 1 });
let tensors: ReturnType<typeof openNodeTensors> | undefined;
afterAll(async () => (await kernels).close());
const compute = async (): Promise<Compute> => ({ kernels: await kernels, tensors: () => (tensors ??= openNodeTensors()) });

const { train: pairs } = wideCatalogue({ users: 90, items: 40, pairs: 1200, tastes: 3, seed: 4 });
const train = async (id: string, given: OptionValues, from = pairs) =>
  trainRecommender({ recommender: findRecommender(id), given, data: dataOf(from), seed: 1 }, await compute(), quietContext());

describe('a training with patience', () => {
  // Large steps overfit within a few epochs.
  const restless = { factors: 8, epochs: 40, learningRate: 0.3, negativeWeight: 50, popularityShare: 0 };

  it('ends so many epochs after the best one, and serves that one', async () => {
    const [all, some] = [await train('simplex', restless), await train('simplex', { ...restless, patience: 3 })];
    expect(all.losses).toHaveLength(40);
    expect(some.losses.length).toBeLessThan(40);
    // Whoever waits longer sees as much and more, and the best of that is what a patient training serves.
    const patient = await train('simplex', { ...restless, patience: 40 });
    expect(patient.losses).toHaveLength(40);
    expect(patient.losses.slice(0, some.losses.length)).toEqual(some.losses);
    const short = await train('simplex', { ...restless, patience: 40, epochs: some.losses.length - 3 });
    const users = Int32Array.of(0, 5, 17);
    expect(await some.model.score(users)).toEqual(await short.model.score(users));
  });

  it('serves whole histories, with what was held out in them', async () => {
    const { model } = await train('simplex', { ...restless, patience: 2 });
    for (const user of [0, 30, 89]) {
      const known = await model.score(Int32Array.of(user));
      model.foldIn!(basketOf(pairs, user)).forEach((score, item) => expect(score).toBeCloseTo(known[item], 5));
    }
  });

  it('learns all epochs from everything where too few customers could be held out', async () => {
    const few = wideCatalogue({ users: 40, items: 40, pairs: 400, tastes: 3, seed: 4 }).train;
    const [plain, patient] = [await train('simplex', restless, few), await train('simplex', { ...restless, patience: 1 }, few)];
    expect(patient.losses).toEqual(plain.losses);
  });

  /** Epochs that each of them overfits in, on so little. */
  const quick: Record<string, OptionValues> = {
    fm: { factors: 8, epochs: 60, learningRate: 0.3, regularization: 0 },
    'mult-dae': { factors: 16, epochs: 60, learningRate: 0.05, regularization: 0, dropout: 0.1 },
    'mult-vae': { factors: 8, hidden: 16, epochs: 60, learningRate: 0.05, regularization: 0, dropout: 0.1 },
    'two-tower': { factors: 8, epochs: 60, learningRate: 0.05, regularization: 0 },
    gru4rec: { factors: 8, epochs: 40, learningRate: 0.05, dropout: 0 },
    sasrec: { factors: 8, epochs: 40, learningRate: 0.05, dropout: 0, blocks: 1 },
  };

  it('is an option of the networks, the factorisation machine and SimpleX', () => {
    const able = recommenders.filter(({ options }) => options.some(({ name }) => name === 'patience')).map(({ id }) => id);
    expect(able.sort()).toEqual([...Object.keys(quick), 'simplex'].sort());
  });

  it.each(Object.keys(quick))('ends %s early', { timeout: 60_000 }, async (id) => {
    const { losses, model } = await train(id, { ...quick[id], patience: 2 });
    expect(losses.length).toBeGreaterThan(2);
    expect(losses.length).toBeLessThan(Number(quick[id].epochs));
    expect((await model.score(Int32Array.of(0, 1))).every(Number.isFinite)).toBe(true);
  });
});
