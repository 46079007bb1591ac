import { afterAll, describe, expect, it } from 'vitest';
import { resolveOptions } from '$lib/core/base/options';
import { recommenders } from '$lib/core/recommenders/catalogue';
import { sizeOf } from '$lib/core/recommenders/trainRecommender';
import { trainingDataOf } from '$lib/core/recommenders/trainingData';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { besidePopularity } from '../../support/besidePopularity';
import { shapes } from '../../support/shapes';

/** Multiply-adds that a training may take here, by its own estimate; dearer models are tried where catalogues are small. */
const mostOperations = 5e8;

/**
 * Small cuts, so that all models pass in seconds: the tables of all customers are `benchmarks/defaults.ts`. The sets with
 * long histories are there only; nobody's defaults fail on them.
 */
const people = 120;
const looked = ['Electronics', 'groceries', 'sample shop', 'two pairs each', 'wide catalogue', 'few items'];
/** With fewer pairs a customer what is popular is the best that is known, and lists that are alike are no fault. */
const enoughPairs = 15;
/** In cuts as small as these half a list may be anybody's, which is where the alarm begins. */
const tooAlike = 0.75;
/** Some hundred tests are made here, of which hardly any may fail by chance. */
const byChance = 0.002;

const missing = shapes.filter(({ name, isThere }) => looked.includes(name) && !isThere).map(({ name }) => name);
if (missing.length > 0) console.warn(`defaults are not tried on ${missing.join(', ')}: the folder of shared data is missing`);

const kernels = openNodeKernels({ threads: 1 });
let tensors: ReturnType<typeof openNodeTensors> | undefined;
afterAll(async () => (await kernels).close());

describe('the defaults of every personal model', () => {
  for (const { name, isThere, read } of shapes.filter((shape) => looked.includes(shape.name))) {
    it.skipIf(!isThere)(`are not behind popularity by more than chance, and do not collapse: ${name}`, { timeout: 180_000 }, async () => {
      const compute = { kernels: await kernels, tensors: () => (tensors ??= openNodeTensors()) };
      const list = await read(people);
      const size = sizeOf(trainingDataOf(list).pairs);
      const { users, pairs } = size;
      const standing = await besidePopularity(list, compute);
      const failing: string[] = [];
      for (const { id, options, personal, repeats, estimate } of recommenders) {
        const isCheap = estimate(size, resolveOptions(id, options, {}, size)).operations < mostOperations;
        if (!personal || repeats || !isCheap) continue;
        // Nothing is known of the items here, so that content is what is popular, and says so.
        if (id === 'content') continue;
        const { ndcg, behind, alike } = await standing(id);
        if (behind < byChance) failing.push(`${id} is behind: ${ndcg.toFixed(3)}, p ${behind.toFixed(4)}`);
        if (alike > tooAlike && pairs / users >= enoughPairs) failing.push(`${id} gives everybody the same: ${alike.toFixed(2)}`);
      }
      expect(failing).toEqual([]);
    });
  }
});
