import type { AlsOptions } from '../math/kernels';
import type { OptionSpec, OptionValues } from '../base/options';
import type { Recommender, RecommenderModel } from './recommender';

const options: readonly OptionSpec[] = [
  {
    name: 'factors',
    kind: 'number',
    integer: true,
    default: 64,
    min: 1,
    max: 1024,
    scale: 'log',
    what: 'More factors describe finer tastes, and take longer: time grows with their square.',
  },
  {
    name: 'epochs',
    kind: 'number',
    integer: true,
    default: 16,
    min: 1,
    max: 1000,
    unit: 'epochs',
    what: 'More sweeps over all customers and items come closer to the best fit; the gain fades after about fifteen.',
  },
  {
    name: 'regularization',
    kind: 'number',
    default: 0.02,
    min: 1e-6,
    max: 1000,
    scale: 'log',
    what: 'Raising it keeps factors small, so that rare pairs are trusted less.',
  },
  {
    name: 'frequencyScaling',
    kind: 'number',
    default: 1,
    min: 0,
    max: 1,
    what: 'At 1 the regularisation grows with how often a customer or item occurs, at 0 it is the same for all.',
  },
  {
    name: 'unobservedWeight',
    kind: 'number',
    default: 0.1,
    min: 1e-6,
    max: 100,
    scale: 'log',
    what: 'Raising it takes pairs that were not seen more seriously as a sign of no interest.',
  },
  {
    name: 'alpha',
    kind: 'number',
    default: 0,
    min: 0,
    max: 1000,
    what: 'Raising it lets strong pairs (many purchases) count for more than weak ones; at 0 all count the same.',
  },
  {
    name: 'initialScale',
    kind: 'number',
    default: 0.1,
    min: 1e-6,
    max: 10,
    scale: 'log',
    what: 'Raising it starts from larger random factors; it hardly matters after some sweeps.',
  },
  {
    name: 'solver',
    kind: 'choice',
    default: 'cholesky',
    choices: ['cholesky', 'cg'],
    what: 'Cholesky solves each row exactly; cg approximates in a few steps and is several times faster with many factors.',
  },
  {
    name: 'cgSteps',
    kind: 'number',
    integer: true,
    default: 3,
    min: 1,
    max: 50,
    what: 'More conjugate-gradient steps solve each row more exactly; it matters for the solver cg only.',
  },
];

/**
 * Implicit-feedback matrix factorisation by alternating least squares: Hu, Koren & Volinsky, ICDM 2008, with the
 * unobserved weight and frequency-scaled regularisation of Rendle, Krichene, Zhang & Koren, RecSys 2022 ("Revisiting
 * the Performance of iALS on Item Recommendation Benchmarks").
 */
export const ials: Recommender = {
  id: 'ials',
  options,

  estimate({ users, items, pairs }, given) {
    const d = paddedFactors(given);
    const epochs = Number(given.epochs);
    const perRow = given.solver === 'cg' ? 2 * d * d * (Number(given.cgSteps) + 1) : (d * d * d) / 3 + 2 * d * d;
    const perPair = given.solver === 'cg' ? 4 * d * (Number(given.cgSteps) + 1) : d * d;
    const operations = epochs * ((users + items) * (perRow + d * d) + 2 * pairs * perPair);
    // Factors inside the kernel and a copy outside, the matrix in both directions, the partial sums of one reduction.
    const bytes = 2 * 4 * d * (users + items) + 2 * (8 * pairs + 4 * (users + items)) + 4 * 34 * d * d;
    return { operations, bytes };
  },

  async train(matrix, given, seed, { kernels }, run) {
    const fit = await kernels.als(matrix, alsOptions(given), seed);
    const epochs = Number(given.epochs);
    const losses: { epoch: number; loss: number }[] = [];
    try {
      for (let epoch = 1; epoch <= epochs; epoch++) {
        await fit.sweep(run);
        const loss = await fit.loss();
        losses.push({ epoch, loss });
        run.report({ stage: 'train', done: epoch, total: epochs, unit: 'epochs', values: { epoch, loss } });
      }
      const size = Number(given.factors);
      const model = factorModel(matrix.items, size, fit.userFactors(), fit.itemFactors());
      const { kind, threads } = kernels.info;
      const backend = `${kind} × ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
      return { model, losses, backend, reproducible: true };
    } finally {
      fit.dispose();
    }
  },
};

function alsOptions(given: OptionValues): AlsOptions {
  return {
    factors: Number(given.factors),
    regularization: Number(given.regularization),
    frequencyScaling: Number(given.frequencyScaling),
    unobservedWeight: Number(given.unobservedWeight),
    alpha: Number(given.alpha),
    initialScale: Number(given.initialScale),
    solver: given.solver === 'cg' ? 'cg' : 'cholesky',
    cgSteps: Number(given.cgSteps),
  };
}

function paddedFactors(given: OptionValues): number {
  return Math.ceil(Number(given.factors) / 8) * 8;
}

/** A model whose score is the dot product of a customer's and an item's factors (float32, row-major). */
export function factorModel(items: number, size: number, userFactors: Float32Array, itemFactors: Float32Array): RecommenderModel {
  return {
    factors: { size, userFactors, itemFactors },
    score(asked) {
      const scores = new Float32Array(asked.length * items);
      for (let row = 0; row < asked.length; row++) {
        const user = asked[row] * size;
        for (let item = 0; item < items; item++) {
          let sum = 0;
          for (let f = 0; f < size; f++) sum += userFactors[user + f] * itemFactors[item * size + f];
          scores[row * items + item] = sum;
        }
      }
      return scores;
    },
  };
}
