import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openChineseWords } from '$lib/core/base/chineseWords';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { wordsOf } from '$lib/core/base/words';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';
import { content, itemVectors } from '$lib/core/recommenders/content';
import { labelFeature, pathFeature } from '$lib/core/recommenders/features';
import { featureTerms, wordCounts, type TermCounts } from '$lib/core/recommenders/featureTerms';
import type { Feature } from '$lib/core/recommenders/trainingData';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';

/** Made by scripts/reference/content.py: TF-IDF and cosines of scikit-learn. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/content.json', import.meta.url), 'utf8'));
const compute = { kernels: createReferenceKernels(''), tensors: () => Promise.reject(new Error('not needed')) };

const titles: Feature = {
  name: 'title',
  kind: 'text',
  texts: ['明前龙井 绿茶', '茉莉花 绿茶 礼盒', '铸铁茶壶', '山地车 车铃', '山地车 打气筒', '碧螺春绿茶'],
};
const categories = pathFeature('category', ['茶 / 绿茶', '茶 / 花茶', '茶 / 茶具', '骑行 / 配件', '骑行 / 配件', '茶 / 绿茶']);
/** A tea drinker, a cyclist and somebody who has done nothing yet; nobody has had 碧螺春. */
const shop = matrixFromPairs(3, 6, [0, 0, 1], [0, 2, 3]);

async function train(pairs: InteractionMatrix, features: Feature[], given: OptionValues = {}) {
  const data = { pairs, itemFeatures: async () => features };
  return trainRecommender({ recommender: content, given, data, seed: 1 }, compute, quietContext());
}

describe('what items say of themselves', () => {
  it('offers a tea that nobody has yet to the tea drinker, and a pump to the cyclist', async () => {
    const { model, warnings } = await train(shop, [titles, categories], { popularityShare: 0 });
    const [ofTeaDrinker, ofCyclist] = [await model.score(Int32Array.of(0)), await model.score(Int32Array.of(1))];
    expect(ofTeaDrinker[5]).toBeGreaterThan(Math.max(ofTeaDrinker[1], ofTeaDrinker[3], ofTeaDrinker[4]));
    expect(ofCyclist[4]).toBeGreaterThan(Math.max(ofCyclist[0], ofCyclist[1], ofCyclist[5]));
    expect(model.similarItems!(0, 1)[0].item).toBe(5);
    expect(warnings).toBeUndefined();
  });

  it('gives what is popular where items say nothing, and says so', async () => {
    const popular = matrixFromPairs(3, 3, [0, 1, 2, 2], [1, 1, 1, 2]);
    const { model, warnings } = await train(popular, [], { popularityShare: 0 });
    expect([...(await model.score(Int32Array.of(0)))]).toEqual([0, 1, expect.closeTo(1 / 3, 6)]);
    expect(warnings).toEqual([{ code: 'features_missing', values: { items: 1, users: 0 } }]);
  });

  it('counts what was done more often for more', async () => {
    const often = matrixFromPairs(2, 6, [0, 0, 1, 1], [0, 3, 0, 3], [1, 7, 1, 1]);
    const { model } = await train(often, [titles, categories], { popularityShare: 0 });
    const [ofCyclist, ofBoth] = [model.explain!(0, 4), model.explain!(1, 4)];
    expect(ofCyclist.contributions[0].amount).toBe(0);
    expect(ofCyclist.score).toBeGreaterThan(1.2 * ofBoth.score);
  });

  it('is scored by words alone, or by the rest alone', async () => {
    const words = await train(shop, [titles, categories], { popularityShare: 0, textWeight: 1 });
    expect(await words.model.score(Int32Array.of(1))).toEqual((await train(shop, [titles], { popularityShare: 0 })).model.foldIn!({ items: Int32Array.of(3) })); // prettier-ignore
    const rest = await train(shop, [titles, categories], { popularityShare: 0, textWeight: 0 });
    expect((await rest.model.score(Int32Array.of(1)))[4]).toBeCloseTo(1, 6);
  });
});

describe('words', () => {
  it('are cut by jieba where they are Chinese, and between letters elsewhere', async () => {
    expect(wordsOf('2026新款 Cotton Duvet-Set 有机棉床单四件套 Ａ 5', await openChineseWords())).toEqual(
      ['2026', '新款', 'cotton', 'duvet', 'set', '有机', '棉', '床单', '四件套'], // prettier-ignore
    );
  });

  it('are pairs of characters without a dictionary', () => {
    expect(wordsOf('乌龙茶 茶')).toEqual(['乌龙', '龙茶', '茶']);
  });
});

describe('TF-IDF and cosines are those of scikit-learn', () => {
  const rows = ({ counts }: TermCounts) =>
    Array.from({ length: counts.users }, (_, row) => {
      const dense = new Array<number>(counts.items).fill(0);
      for (let entry = counts.rowStarts[row]; entry < counts.rowStarts[row + 1]; entry++)
        dense[counts.columns[entry]] = counts.values[entry];
      return dense;
    });
  const compared = (counted: TermCounts, theirs: { terms: string[]; vectors: number[][]; cosines: number[][] }) => {
    const ours = itemVectors({ words: [counted], labels: [] }, counted.counts.users, 0.5);
    expect(ours.terms).toEqual(theirs.terms);
    const vectors = rows(ours);
    vectors.flat().forEach((value, at) => expect(Math.abs(value - theirs.vectors.flat()[at])).toBeLessThan(1e-6));
    const cosines = vectors.flatMap((a) => vectors.map((b) => a.reduce((sum, value, term) => sum + value * b[term], 0)));
    cosines.forEach((value, at) => expect(Math.abs(value - theirs.cosines.flat()[at])).toBeLessThan(1e-6));
  };

  it('in English, by our own words', () => compared(wordCounts(fixture.english.texts), fixture.english));

  it('in Chinese that was cut beforehand', () => {
    const cutAs = new Map<string, string[]>(fixture.chinese.words.map((words: string[]) => [words.join(''), words]));
    compared(
      wordCounts([...cutAs.keys()], (run) => cutAs.get(run)!),
      fixture.chinese,
    );
  });
});

it('numbers are cut into bands of as many items, labels of a row are told by name', async () => {
  const price: Feature = { name: 'price', kind: 'number', values: Float32Array.from([...Array.from({ length: 16 }, (_, at) => at), NaN]) };
  const { labels } = await featureTerms([price, labelFeature('brand', ['b', null, 'a', ...new Array<null>(14).fill(null)])], 17);
  const perBand = new Int32Array(labels[0].terms.length);
  for (const band of labels[0].counts.columns) perBand[band]++;
  expect([...perBand].every((count) => count === 2 || count === 1 || count === 3)).toBe(true);
  expect(labels[0].counts.rowStarts[17] - labels[0].counts.rowStarts[16]).toBe(0);
  expect(labels[1].terms).toEqual(['brand=a', 'brand=b']);
});
