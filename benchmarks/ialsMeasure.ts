import { Random } from '../src/lib/core/base/random';
import { quietContext } from '../src/lib/core/base/run';
import type { AlsOptions, Kernels } from '../src/lib/core/math/kernels';
import { matrixFromPairs, type InteractionMatrix } from '../src/lib/core/math/sparseRows';

export interface IalsSeconds {
  name: string;
  solver: AlsOptions['solver'];
  /** Median over sweeps after the first, which is slower while the engine compiles. */
  seconds: number;
}

/** A million pairs between 20,000 users and 5,000 items, popular items more often. */
export function benchmarkMatrix(pairs: number): InteractionMatrix {
  const random = new Random(1);
  const users = 20000;
  const items = 5000;
  const userOfPair = Int32Array.from({ length: pairs }, () => random.below(users));
  const itemOfPair = Int32Array.from({ length: pairs }, () => Math.floor(items * random.uniform() ** 2));
  const matrix = matrixFromPairs(users, items, userOfPair, itemOfPair);
  return { ...matrix, values: matrix.values.fill(1) };
}

/** Seconds of one sweep with 64 factors. */
export async function measureIals(name: string, kernels: Kernels, matrix: InteractionMatrix, sweeps: number): Promise<IalsSeconds[]> {
  const results: IalsSeconds[] = [];
  for (const solver of ['cholesky', 'cg'] as const) {
    const fit = await kernels.als(
      matrix,
      {
        factors: 64,
        regularization: 0.02,
        frequencyScaling: 1,
        unobservedWeight: 0.1,
        alpha: 0,
        initialScale: 0.1,
        solver,
        cgSteps: 3,
        blockSize: 32,
      },
      1,
    );
    const seconds: number[] = [];
    for (let sweep = 0; sweep <= sweeps; sweep++) {
      const started = performance.now();
      await fit.sweep(quietContext());
      if (sweep > 0) seconds.push((performance.now() - started) / 1000);
    }
    fit.dispose();
    results.push({ name, solver, seconds: seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] });
  }
  return results;
}
