import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import type { Kernels } from '$lib/core/math/kernels';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { blur, itemGraph } from '$lib/core/recommenders/graphFilter';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { openNodeKernels } from '$lib/platform/node/kernels';

/** Made by scripts/reference/spectral.py. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/spectral.json', import.meta.url), 'utf8'));
const [users, items, values] = fixture.pairs;
const pairs = matrixFromPairs(fixture.users, fixture.items, users, items, values);
const { factors } = fixture;
const simd = openNodeKernels({ threads: 2 });
afterAll(async () => (await simd).close());

async function train(id: string, given: OptionValues, kernels: Kernels) {
  const compute = { kernels, tensors: () => Promise.reject(new Error('not needed')) };
  return (await trainRecommender({ recommender: findRecommender(id), given, data: { pairs }, seed: 1 }, compute, quietContext())).model;
}

/** Scores of the first customers, to a share of the largest. */
async function expectScores(id: string, given: OptionValues, theirs: number[][]): Promise<void> {
  const flat = theirs.flat();
  const largest = Math.max(...flat.map(Math.abs));
  for (const kernels of [await simd, createReferenceKernels('')]) {
    const model = await train(id, { factors, ...given }, kernels);
    const ours = await model.score(Int32Array.from(theirs, (_, user) => user));
    expect(ours.length).toBe(flat.length);
    flat.forEach((value, at) => expect(Math.abs(ours[at] - value) / largest).toBeLessThan(1e-4));
  }
}

describe('models of singular vectors have the scores of NumPy', () => {
  it('PureSVD', () => expectScores('puresvd', { popularityScaling: 1, popularityShare: 0 }, fixture.pureSvd));
  it('GF-CF', () => expectScores('gf-cf', { lowPassWeight: fixture.gfCf.alpha }, fixture.gfCf.scores));
  for (const integrator of ['euler', 'rk4']) {
    const { beta, time, steps } = fixture.bspm;
    it(`BSPM, ${integrator}`, () =>
      expectScores('bspm', { lowPassWeight: beta, sharpening: time, steps, integrator }, fixture.bspm[integrator]));
  }
});

it('BSPM without sharpening is GF-CF', async () => {
  const [blurred, filtered] = [await train('bspm', { factors, sharpening: 0 }, await simd), await train('gf-cf', { factors }, await simd)];
  expect(await blurred.score(Int32Array.of(3))).toEqual(await filtered.score(Int32Array.of(3)));
});

it('the graph of items never holds items by items: a vector goes over to the customers and back', () => {
  // Two customers share tea; one of them has a cup, too.
  const graph = itemGraph(matrixFromPairs(2, 3, [0, 0, 1], [0, 1, 0]));
  const passed = blur(graph, Float64Array.of(1, 0, 0));
  // Tea with tea: 1/(2·2) + 1/(1·2); tea with the cup: 1/√(2·2) · 1/√(2·1); nobody has the third.
  [0.75, 0.5 / Math.SQRT2, 0].forEach((value, item) => expect(Math.abs(passed[item] - value)).toBeLessThan(1e-7));
});
