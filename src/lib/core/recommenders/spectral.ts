import type { DataSize, OptionSpec } from '../base/options';
import type { RunContext } from '../base/run';
import type { Kernels, SvdFit } from '../math/kernels';
import type { InteractionMatrix } from '../math/sparseRows';
import { factorsFor } from './factorsByData';

/** Vectors within a thousandth are far nearer than the model itself; singular values are then right to some 1e-6. */
const tolerance = 1e-3;

/** How many singular vectors; by default as many as there are items follow from (docs/decisions/0019-spectral.md, 0070-laboratory.md). */
export function factorsOption(what: string): OptionSpec {
  return {
    name: 'factors',
    kind: 'number',
    integer: true,
    default: 32,
    rule: {
      of: (size) => factorsFor(size, Math.min(256, Math.max(8, Math.round(0.55 * Math.sqrt(size.items)))), 500),
      why: 'About half the square root of how many items there are, from 8 to 256, and at most one for each 500 pairs: with more, singular vectors repeat the noise of single histories, with fewer, tastes run into each other.',
    },
    min: 1,
    max: 1024,
    scale: 'log',
    tuned: [8, 512],
    what,
  };
}

/** The singular vectors that the models of this family stand on. */
export function decompose(kernels: Kernels, matrix: InteractionMatrix, factors: number, seed: number, run: RunContext): Promise<SvdFit> {
  return kernels.svd(matrix, { factors, tolerance }, seed, run);
}

/** Multiply-adds and bytes of that: products with the matrix, the orthogonal basis, and turning it to the vectors. */
export function decompositionCost({ users, items, pairs }: DataSize, factors: number): { operations: number; bytes: number } {
  const columns = 2.5 * factors + 24;
  const shorter = Math.min(users, items);
  return {
    operations: 2 * pairs * columns + shorter * columns * (columns + factors) + 4 * columns ** 3,
    bytes: 4 * shorter * columns + 16 * columns ** 2 + 16 * pairs + 8 * factors * (users + items),
  };
}

/** The same pairs, each with the strength 1. */
export function unweighted(pairs: InteractionMatrix): InteractionMatrix {
  return { ...pairs, values: new Float32Array(pairs.values.length).fill(1) };
}
