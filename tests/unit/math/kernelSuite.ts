import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { Random } from '$lib/core/base/random';
import { createRunContext, quietContext } from '$lib/core/base/run';
import type { AlsOptions, Kernels } from '$lib/core/math/kernels';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';

export const alsOptions: AlsOptions = {
  factors: 13,
  regularization: 0.02,
  frequencyScaling: 0.7,
  unobservedWeight: 0.1,
  alpha: 0.5,
  initialScale: 0.1,
  solver: 'cholesky',
  cgSteps: 3,
  blockSize: 16,
};

/** Customers of one of four tastes who buy mostly within it; some buy nothing, some things nobody buys. */
export function tasteMatrix(users = 301, items = 123, seed = 5): InteractionMatrix {
  const random = new Random(seed);
  const [userOfPair, itemOfPair, valueOfPair]: number[][] = [[], [], []];
  for (let user = 0; user < users; user++) {
    const pairs = user % 17 === 3 ? 0 : 1 + random.below(20);
    for (let pair = 0; pair < pairs; pair++) {
      const item = random.uniform() < 0.8 ? (user % 4) + 4 * random.below(Math.floor(items / 4)) : random.below(items);
      if (item % 31 === 7) continue;
      userOfPair.push(user);
      itemOfPair.push(item);
      valueOfPair.push(1 + random.below(3));
    }
  }
  return matrixFromPairs(users, items, userOfPair, itemOfPair, valueOfPair);
}

export async function fitFactors(kernels: Kernels, matrix: InteractionMatrix, options: AlsOptions, sweeps: number) {
  const fit = await kernels.als(matrix, options, 42);
  const losses: number[] = [];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    await fit.sweep(quietContext());
    losses.push(await fit.loss());
  }
  const result = { users: fit.userFactors(), items: fit.itemFactors(), losses };
  fit.dispose();
  return result;
}

/** What every implementation of the kernels must do, compared with the float64 reference. */
export function kernelsMust(name: string, open: () => Promise<Kernels>): void {
  const reference = createReferenceKernels('');

  describe(`${name}: iALS`, () => {
    for (const solver of ['cholesky', 'cg', 'block'] as const) {
      for (const factors of [1, 13, 32, 64]) {
        it(`gives the reference's factors and loss to 1e-4 after five sweeps (${solver}, ${factors} factors)`, async () => {
          const kernels = await open();
          const matrix = tasteMatrix();
          const options = { ...alsOptions, solver, factors };
          const [ours, theirs] = [await fitFactors(kernels, matrix, options, 5), await fitFactors(reference, matrix, options, 5)];
          expect(largestDifference(ours.users, theirs.users)).toBeLessThan(1e-4);
          expect(largestDifference(ours.items, theirs.items)).toBeLessThan(1e-4);
          ours.losses.forEach((loss, sweep) => expect(Math.abs(loss / theirs.losses[sweep] - 1)).toBeLessThan(1e-4));
          kernels.close();
        });
      }
    }

    for (const solver of ['cholesky', 'block'] as const) {
      it(`lowers the objective with every sweep (${solver})`, async () => {
        const kernels = await open();
        const { losses } = await fitFactors(kernels, tasteMatrix(), { ...alsOptions, solver, factors: 40 }, 8);
        for (let sweep = 1; sweep < losses.length; sweep++) expect(losses[sweep]).toBeLessThanOrEqual(losses[sweep - 1] + 1e-6);
        kernels.close();
      });
    }

    it('by blocks stays where exact solutions have come to rest, and does not stay elsewhere', async () => {
      const kernels = await open();
      const matrix = tasteMatrix(60, 40);
      const options = { ...alsOptions, factors: 20, blockSize: 8, regularization: 0.3 };
      const resting = await fitFactors(kernels, matrix, options, 60);
      const moved = async (userFactors: Float32Array) => {
        const fit = await kernels.als(matrix, { ...options, solver: 'block' }, 1, { userFactors, itemFactors: resting.items });
        await fit.sweep(quietContext());
        const distance = largestDifference(fit.itemFactors(), resting.items);
        fit.dispose();
        return distance;
      };
      expect(await moved(resting.users)).toBeLessThan(1e-4);
      expect(await moved(resting.users.map((value) => 2 * value))).toBeGreaterThan(1e-2);
      kernels.close();
    });

    it('by blocks ends with users solved exactly, as somebody who is folded in is', async () => {
      const kernels = await open();
      const matrix = tasteMatrix();
      const solvedBy = async (solver: AlsOptions['solver']) => {
        const { users, items } = await fitFactors(kernels, matrix, { ...alsOptions, factors: 40, solver: 'block' }, 1);
        const fit = await kernels.als(matrix, { ...alsOptions, factors: 40, solver }, 1, { userFactors: users, itemFactors: items });
        await fit.solveUsers(quietContext());
        const solved = fit.userFactors();
        fit.dispose();
        return solved;
      };
      expect(await solvedBy('block')).toEqual(await solvedBy('cholesky'));
      kernels.close();
    });

    it('fits one customer with one item, and a matrix without pairs', async () => {
      const kernels = await open();
      const one = await fitFactors(kernels, matrixFromPairs(1, 1, [0], [0]), alsOptions, 2);
      expect(one.losses[1]).toBeGreaterThan(0);
      const none = await fitFactors(kernels, matrixFromPairs(3, 2, [], []), alsOptions, 2);
      expect([...none.users, ...none.items].every((factor) => factor === 0)).toBe(true);
      kernels.close();
    });

    it('begins at given factors, and can solve the users alone', async () => {
      const kernels = await open();
      const matrix = tasteMatrix();
      const known = await fitFactors(kernels, matrix, alsOptions, 5);
      const again = await kernels.als(matrix, alsOptions, 43, { userFactors: known.users, itemFactors: known.items });
      expect(Math.abs((await again.loss()) / known.losses[4] - 1)).toBeLessThan(1e-6);
      await again.solveUsers(quietContext());
      expect(await again.loss()).toBeLessThan(known.losses[4]);
      expect(again.itemFactors()).toEqual(known.items);
      again.dispose();
      kernels.close();
    });

    it('stops within a sweep when it is cancelled, and works on afterwards', async () => {
      const kernels = await open();
      const matrix = tasteMatrix(5000, 400);
      const fit = await kernels.als(matrix, { ...alsOptions, factors: 64 }, 1);
      const controller = new AbortController();
      const sweep = fit.sweep(createRunContext(controller.signal));
      controller.abort();
      await expect(sweep).rejects.toBeInstanceOf(Cancelled);
      await fit.sweep(quietContext());
      expect(await fit.loss()).toBeGreaterThan(0);
      fit.dispose();
      kernels.close();
    });
  });

  describe(`${name}: inverse`, () => {
    it('of a symmetric positive definite matrix, of any size, is the float64 one to 1e-6', async () => {
      const kernels = await open();
      for (const size of [1, 7, 63, 64, 65, 200]) {
        const [ours, theirs] = [gramOfTastes(size), gramOfTastes(size)];
        // Only the upper triangle is read.
        for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) ours[i * size + j] = NaN;
        await kernels.invert(ours, size, quietContext());
        await reference.invert(theirs, size, quietContext());
        expect(largestDifference(ours, theirs)).toBeLessThan(1e-6);
        for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) expect(ours[i * size + j]).toBeCloseTo(ours[j * size + i], 6);
      }
      kernels.close();
    });

    it('of another matrix is an error, and of a cancelled one nothing', async () => {
      const kernels = await open();
      await expect(kernels.invert(Float32Array.of(1, 2, 2, 1), 2, quietContext())).rejects.toThrow('positive definite');
      const controller = new AbortController();
      const inverse = kernels.invert(gramOfTastes(200), 200, createRunContext(controller.signal));
      controller.abort();
      await expect(inverse).rejects.toBeInstanceOf(Cancelled);
      kernels.close();
    });
  });

  describe(`${name}: top-k`, () => {
    it('ranks by score, ties to the lower item, without what is excluded or not eligible', async () => {
      const kernels = await open();
      const request = {
        size: 1,
        userFactors: Float32Array.of(1, 2, 0),
        itemFactors: Float32Array.of(3, 5, 3, 1, 5),
        users: Int32Array.of(0, 1, 2),
        k: 3,
        exclude: matrixFromPairs(3, 5, [1, 1, 1], [1, 2, 3]),
        eligible: Uint8Array.of(1, 1, 1, 1, 0),
      };
      const { items, scores } = await kernels.topK(request, quietContext());
      expect([...items]).toEqual([1, 0, 2, /* only item 0 is left */ 0, -1, -1, /* all are equal */ 0, 1, 2]);
      expect([...scores.subarray(0, 6)]).toEqual([5, 3, 3, 6, -Infinity, -Infinity]);
      kernels.close();
    });

    it('agrees with the reference on whole numbers, for any k and any number of users', async () => {
      const kernels = await open();
      const random = new Random(3);
      for (const { users, items, k, size } of [
        { users: 1, items: 1, k: 1, size: 1 },
        { users: 7, items: 9, k: 20, size: 3 },
        { users: 130, items: 77, k: 10, size: 5 },
        { users: 33, items: 501, k: 100, size: 8 },
      ]) {
        // Small whole numbers are exact in float32 and full of ties.
        const draw = (length: number) => Float32Array.from({ length }, () => random.below(7) - 3);
        const request = {
          size,
          userFactors: draw(users * size),
          itemFactors: draw(items * size),
          itemBiases: draw(items),
          users: Int32Array.from({ length: users }, (_, i) => users - 1 - i),
          k,
          exclude: tasteMatrix(users, items, 8),
          eligible: Uint8Array.from({ length: items }, () => (random.uniform() < 0.9 ? 1 : 0)),
        };
        const [ours, theirs] = [await kernels.topK(request, quietContext()), await reference.topK(request, quietContext())];
        expect(ours).toEqual(theirs);
      }
      kernels.close();
    });

    it('passes over items that are too short to matter, and over no other', async () => {
      const kernels = await open();
      const random = new Random(4);
      // Several chunks of items, of lengths that differ a hundredfold; the last is longest, so that its bias counts.
      const [users, items, size] = [70, 1500, 64];
      const draw = (length: number, most: (at: number) => number) =>
        Float32Array.from({ length }, (_, at) => random.below(2 * most(at) + 1) - most(at));
      const longest = Int32Array.from({ length: items }, () => Math.ceil(100 * random.uniform() ** 4));
      const request = {
        size,
        userFactors: draw(users * size, () => 9),
        itemFactors: draw(items * size, (at) => longest[Math.floor(at / size)]),
        itemBiases: Float32Array.from({ length: items }, (_, item) => (item % 50 === 0 ? 5000 : 0)),
        users: Int32Array.from({ length: users }, (_, user) => user),
        k: 10,
        exclude: tasteMatrix(users, items, 30),
      };
      expect(await kernels.topK(request, quietContext())).toEqual(await reference.topK(request, quietContext()));
      kernels.close();
    });
  });
}

/** XᵀX + 5 I of some customers' items: what EASE inverts. */
export function gramOfTastes(size: number): Float32Array {
  const { users, rowStarts, columns } = tasteMatrix(300, size, 9);
  const gram = new Float32Array(size * size);
  for (let user = 0; user < users; user++) {
    for (let a = rowStarts[user]; a < rowStarts[user + 1]; a++) {
      for (let b = rowStarts[user]; b < rowStarts[user + 1]; b++) gram[columns[a] * size + columns[b]]++;
    }
  }
  for (let i = 0; i < size; i++) gram[i * size + i] += 5;
  return gram;
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}
