import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { growForest, mixedRows, type Growing } from './treeRows';

const reference = createReferenceKernels('a test');

describe('trees of the kernels', () => {
  const ways: [string, Growing, number[]?][] = [
    ['boosting by log loss', { trees: 6, leaves: 15, loss: 'log-loss' }],
    ['boosting of a part of the rows', { trees: 5, leaves: 31, loss: 'log-loss', rowShare: 0.6 }],
    ['boosting by squared error, with directions', { trees: 5, leaves: 15, loss: 'squared' }, [1, -1, 0, 0, 0]],
    ['deep trees of few columns a split', { trees: 4, leaves: 400, loss: 'mean', columnsOfSplit: 2, minRows: 3, rowShare: 0.6 }],
  ];
  for (const [name, wanted, directions] of ways) {
    it(`are those of plain TypeScript, by one thread and by three: ${name}`, async () => {
      const training = mixedRows(25_000, 3, directions);
      const plain = await growForest(reference, training, wanted);
      expect(plain.forest.columns.length).toBeGreaterThan(wanted.trees * 9);
      for (const threads of [1, 3]) {
        const kernels = await openNodeKernels({ threads });
        const quick = await growForest(kernels, training, wanted);
        expect(quick.forest).toEqual(plain.forest);
        expect(quick.scores).toEqual(plain.scores);
        quick.losses.forEach((loss, i) => expect(Math.abs(loss - plain.losses[i])).toBeLessThan(1e-9 * plain.losses[0] + 1e-9));
        const sums = [new Float64Array(training.rows).fill(0.5), new Float64Array(training.rows).fill(0.5)];
        await kernels.addTrees(plain.forest, 1, training.values, sums[0], quietContext());
        await reference.addTrees(plain.forest, 1, training.values, sums[1], quietContext());
        expect(sums[0]).toEqual(sums[1]);
        kernels.close();
      }
    });
  }
});
