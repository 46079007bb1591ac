import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { measureRanking, meanMetrics, rankingTask } from '$lib/core/evaluation/evaluate';
import { readSplit, type GivenSplit } from '$lib/core/evaluation/splitFiles';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { openNodeKernels } from '$lib/platform/node/kernels';

const data = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const isThere = existsSync(join(data, 'deepcf-lastfm')) && existsSync(join(data, 'ultragcn-electronics'));
if (!isThere) console.warn(`published results are not checked: ${data} is missing`);

const read = (name: string) => ({ name, text: readFileSync(join(data, name), 'utf8') });

describe.skipIf(!isThere)('published tables', () => {
  const kernels = openNodeKernels();
  afterAll(async () => (await kernels).close());

  async function measure(split: GivenSplit, model: string, given: OptionValues, k: number) {
    const recommender = findRecommender(model);
    const compute = { kernels: await kernels, tensors: () => Promise.reject(new Error('not needed')) };
    const trained = await trainRecommender({ recommender, given, data: { pairs: split.train }, seed: 1 }, compute, quietContext());
    const task = rankingTask(split.train, split.test, { requireHistory: false, candidates: split.candidates });
    return meanMetrics(await measureRanking(trained.model, task, { cutoffs: [k], servesNewUsers: false }, compute.kernels, quietContext()));
  }

  it('Last.fm of DeepCF: iALS reaches the best row with the options of its card, and with the defaults', async () => {
    const [train, test, negatives] = ['train.rating', 'test.rating', 'test.negative'].map((part) => read(`deepcf-lastfm/lastfm.${part}`));
    const split = readSplit('ncf', train, test, negatives);
    expect([split.userIds.length, split.itemIds.length, split.train.columns.length]).toEqual([1741, 2665, 67408]);
    const popular = await measure(split, 'popularity', {}, 10);
    expect([popular['hr@10'], popular['ndcg@10']].map((value) => Number(value.toFixed(3)))).toEqual([0.663, 0.386]);

    const card = readFileSync(fileURLToPath(new URL('../../../models/ials-lastfm.md', import.meta.url)), 'utf8');
    const options = Object.fromEntries([...card.match(/--set (.*)/)![1].matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
    for (const given of [options, {}]) {
      const metrics = await measure(split, 'ials', given, 10);
      expect(metrics['hr@10']).toBeGreaterThanOrEqual(0.8995);
      expect(metrics['ndcg@10']).toBeGreaterThanOrEqual(0.6186);
    }
  });

  it('Last.fm of DeepCF: EASE is where another implementation of it is (numpy, λ = 100)', async () => {
    const [train, test, negatives] = ['train.rating', 'test.rating', 'test.negative'].map((part) => read(`deepcf-lastfm/lastfm.${part}`));
    const metrics = await measure(readSplit('ncf', train, test, negatives), 'ease', { regularization: 100 }, 10);
    expect([metrics['hr@10'], metrics['ndcg@10']].map((value) => Number(value.toFixed(4)))).toEqual([0.8851, 0.5637]);
  });

  it('Amazon Electronics of UltraGCN: EASE and item neighbours come near without being tuned', async () => {
    const split = readSplit('adjacency', read('ultragcn-electronics/train.txt'), read('ultragcn-electronics/test.txt'));
    const [ease, neighbours] = [await measure(split, 'ease', {}, 20), await measure(split, 'item-knn', {}, 20)];
    expect(ease['ndcg@20']).toBeGreaterThan(0.081);
    expect(neighbours['ndcg@20']).toBeGreaterThan(0.078);
  });

  it('Amazon Electronics of UltraGCN: SLIM is above the best published NDCG by its defaults', async () => {
    const split = readSplit('adjacency', read('ultragcn-electronics/train.txt'), read('ultragcn-electronics/test.txt'));
    expect((await measure(split, 'slim', {}, 20))['ndcg@20']).toBeGreaterThan(0.0842);
  });

  it('Amazon Electronics of UltraGCN: iALS comes near', async () => {
    const split = readSplit('adjacency', read('ultragcn-electronics/train.txt'), read('ultragcn-electronics/test.txt'));
    const metrics = await measure(split, 'ials', { factors: 32, regularization: 0.03, epochs: 8 }, 20);
    expect(metrics['ndcg@20']).toBeGreaterThan(0.08);
    expect(metrics['f1@20']).toBeGreaterThan(0.031);
  });

  it('Amazon Electronics and Last.fm: GF-CF is above the best published row of NDCG with its defaults', async () => {
    const electronics = readSplit('adjacency', read('ultragcn-electronics/train.txt'), read('ultragcn-electronics/test.txt'));
    const wide = await measure(electronics, 'gf-cf', {}, 20);
    expect(wide['recall@20']).toBeGreaterThan(0.1368);
    expect(wide['ndcg@20']).toBeGreaterThan(0.0842);
    const [train, test, negatives] = ['train.rating', 'test.rating', 'test.negative'].map((part) => read(`deepcf-lastfm/lastfm.${part}`));
    const lastfm = await measure(readSplit('ncf', train, test, negatives), 'gf-cf', {}, 10);
    expect(lastfm['hr@10']).toBeGreaterThan(0.8995);
    expect(lastfm['ndcg@10']).toBeGreaterThan(0.6186);
  });
});
