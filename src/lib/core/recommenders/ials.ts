import type { OptionSpec, OptionValues } from '../base/options';
import { choleskySolve } from '../math/choleskySolve';
import { backendOf, type AlsOptions } from '../math/kernels';
import { basketOf } from './basket';
import { factorsRule } from './factorsByData';
import { factorScores, scoresOfVector, similarByFactors } from './factorModel';
import type { ModelState } from './modelState';
import type { Basket, Recommender, RecommenderModel } from './recommender';
import type { TrainingData } from './trainingData';

const format = 'ials/1';

/** Up to here exact solutions cost hardly more than those by blocks (docs/decisions/0071-ials-by-blocks.md). */
const exactFactors = 64;

const options: readonly OptionSpec[] = [
  {
    name: 'factors',
    kind: 'number',
    integer: true,
    default: 64,
    rule: factorsRule(64, 1000),
    min: 1,
    max: 1024,
    scale: 'log',
    tuned: [4, 256],
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
    // docs/decisions/0070-laboratory.md
    rule: {
      of: ({ items, pairs }) => {
        const byPairs = Math.max(1, 5000 / Math.max(1, pairs)) ** 1.3;
        // It is multiplied by what unseen pairs weigh, of which a small catalogue has few.
        const byItems = Math.min(10, 800 / Math.max(1, items));
        return Number((0.02 * Math.min(20, Math.max(1, byPairs, byItems))).toPrecision(2));
      },
      why: '0.02 from five thousand pairs and eight hundred items on, rising to 0.4 at five hundred pairs: with so few, rare pairs are mostly chance.',
    },
    min: 1e-6,
    max: 1000,
    scale: 'log',
    tuned: [1e-4, 1],
    what: 'Raising it keeps factors small, so that rare pairs are trusted less.',
  },
  {
    name: 'frequencyScaling',
    kind: 'number',
    default: 1,
    min: 0,
    max: 1,
    tuned: [0, 1],
    what: 'At 1 the regularisation grows with how often a customer or item occurs, at 0 it is the same for all.',
  },
  {
    name: 'unobservedWeight',
    kind: 'number',
    default: 0.1,
    // docs/decisions/0016-ials-defaults.md
    rule: {
      of: ({ users, items, pairs }) => {
        const pairsOfUser = Math.max(10, pairs / Math.max(1, users));
        return Number(Math.min(0.1, (10 * pairsOfUser) / Math.max(1, items)).toPrecision(2));
      },
      why: 'Ten times the share of all pairs that were seen, counted as at least ten a customer, and at most 0.1: with more, the unseen pairs of a wide catalogue drown what was seen.',
    },
    min: 1e-6,
    max: 100,
    scale: 'log',
    tuned: [1e-4, 1],
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
    default: 'auto',
    choices: ['auto', 'cholesky', 'block', 'cg'],
    what: `Cholesky solves each row exactly; block (iALS++) solves some factors at a time, which with many factors is several times faster at the same loss; cg approximates in a few steps. Auto is Cholesky up to ${exactFactors} factors and block beyond.`,
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
  {
    name: 'blockSize',
    kind: 'number',
    integer: true,
    default: 32,
    min: 8,
    max: 512,
    scale: 'log',
    what: 'More factors at a time make a sweep slower and hardly better; it matters for the solver block only.',
  },
];

/**
 * Implicit-feedback matrix factorisation by alternating least squares: Hu, Koren & Volinsky, ICDM 2008, with the
 * unobserved weight and frequency-scaled regularisation of Rendle, Krichene, Zhang & Koren, RecSys 2022 ("Revisiting
 * the Performance of iALS on Item Recommendation Benchmarks").
 */
export const ials: Recommender = {
  id: 'ials',
  family: 'factorisation',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'explain', 'warmStart'],
  options,

  estimate({ users, items, pairs }, given) {
    const d = paddedFactors(given);
    const epochs = Number(given.epochs);
    const [perRow, perPair] = operationsOf(alsOptions(given), d);
    const operations = epochs * ((users + items) * (perRow + d * d) + 2 * pairs * perPair);
    // Factors inside the kernel and a copy outside, the matrix in both directions, the partial sums of one reduction.
    const bytes = 2 * 4 * d * (users + items) + 2 * (8 * pairs + 4 * (users + items)) + 4 * 34 * d * d;
    return { operations, bytes };
  },

  async train({ pairs }, given, seed, { kernels }, run, warmStart) {
    const known = warmStart && fits(warmStart, Number(given.factors)) ? warmStart.arrays : undefined;
    const start = known && { userFactors: known.userFactors.data as Float32Array, itemFactors: known.itemFactors.data as Float32Array };
    const fit = await kernels.als(pairs, alsOptions(given), seed, start);
    const epochs = Number(given.epochs);
    const losses: { epoch: number; loss: number }[] = [];
    try {
      for (let epoch = 1; epoch <= epochs; epoch++) {
        await fit.sweep(run);
        const loss = await fit.loss();
        losses.push({ epoch, loss });
        run.report({ stage: 'train', done: epoch, total: epochs, unit: 'epochs', values: { epoch, loss } });
      }
      // What a customer's factors are then follows from the items alone, as for somebody who is folded in.
      await fit.solveUsers(run);
      const model = ialsModel(fit.userFactors(), fit.itemFactors(), given, { pairs });
      const backend = backendOf(kernels);
      return { model, losses, backend, reproducible: true };
    } finally {
      fit.dispose();
    }
  },

  restore({ arrays, meta }, data) {
    const [users, items] = [arrays.userFactors.data as Float32Array, arrays.itemFactors.data as Float32Array];
    return ialsModel(users, items, meta.options as OptionValues, data);
  },
};

function fits(state: ModelState, factors: number): boolean {
  return state.format === format && state.arrays.itemFactors.shape[1] === factors;
}

function alsOptions(given: OptionValues): AlsOptions {
  return {
    factors: Number(given.factors),
    regularization: Number(given.regularization),
    frequencyScaling: Number(given.frequencyScaling),
    unobservedWeight: Number(given.unobservedWeight),
    alpha: Number(given.alpha),
    initialScale: Number(given.initialScale),
    solver: solverOf(given),
    cgSteps: Number(given.cgSteps),
    blockSize: Number(given.blockSize ?? 32),
  };
}

function solverOf({ solver, factors }: OptionValues): AlsOptions['solver'] {
  if (solver === 'cg' || solver === 'block') return solver;
  return solver === 'auto' && Number(factors) > exactFactors ? 'block' : 'cholesky';
}

/** Of a row and of a pair of it, in one half of a sweep. */
function operationsOf({ solver, cgSteps, blockSize }: AlsOptions, d: number): [perRow: number, perPair: number] {
  if (solver === 'cg') return [2 * d * d * (cgSteps + 1), 4 * d * (cgSteps + 1)];
  const width = solver === 'block' ? Math.min(d, blockSize) : d;
  return [(d * width * width) / 3 + 2 * d * d, d * width + (solver === 'block' ? 6 * d : 0)];
}

function paddedFactors(given: OptionValues): number {
  return Math.ceil(Number(given.factors) / 8) * 8;
}

function ialsModel(userFactors: Float32Array, itemFactors: Float32Array, given: OptionValues, { pairs }: TrainingData): RecommenderModel {
  const d = Number(given.factors);
  const options = alsOptions(given);
  const foldedIn = folding(itemFactors, options);
  return {
    ...factorScores(pairs.items, d, userFactors, itemFactors),
    state: () => ({
      format,
      arrays: {
        userFactors: { data: userFactors, shape: [pairs.users, d], axes: ['users', 'factors'] },
        itemFactors: { data: itemFactors, shape: [pairs.items, d], axes: ['items', 'factors'] },
      },
      meta: { options: given },
    }),
    foldIn(basket) {
      const x = weighted(basket, itemFactors, options);
      foldedIn(basket)(x);
      return scoresOfVector(x, itemFactors, d);
    },
    similarItems: (item, k) => similarByFactors(itemFactors, d, item, k),
    // Hu, Koren & Volinsky 2008, section 5: score(u, i) = Σ_j c_uj · y_iᵀ W_u y_j over the customer's items j.
    explain(who, item) {
      const basket = typeof who === 'number' ? basketOf(pairs, who) : who;
      const pull = Float64Array.from(itemFactors.subarray(item * d, (item + 1) * d));
      foldedIn(basket)(pull);
      const contributions = Array.from(basket.items, (other, at) => ({
        item: other,
        amount: confidence(basket, at, options) * dotRow(pull, itemFactors, other),
      }));
      const sum = contributions.reduce((total, { amount }) => total + amount, 0);
      const score = typeof who === 'number' ? dotRow(userFactors.subarray(who * d, (who + 1) * d), itemFactors, item) : sum;
      return { score, contributions, rest: score - sum };
    },
  };
}

/** Gives for a basket the solution in place of (α0 YᵀY + Σ c y yᵀ + λ) x = b. */
function folding(itemFactors: Float32Array, options: AlsOptions): (basket: Basket) => (b: Float64Array) => void {
  const { factors: d, unobservedWeight, regularization, frequencyScaling } = options;
  const items = itemFactors.length / d;
  let everywhere: Float64Array | undefined;
  return (basket) => (b) => {
    everywhere ??= outerProducts(
      itemFactors,
      d,
      Array.from({ length: items }, (_, item) => item),
      () => unobservedWeight,
    );
    const matrix = outerProducts(itemFactors, d, basket.items, (at) => confidence(basket, at, options), everywhere.slice());
    const lambda = regularization * (basket.items.length + unobservedWeight * items) ** frequencyScaling;
    for (let f = 0; f < d; f++) matrix[f * d + f] += lambda;
    choleskySolve(matrix, b, d);
  };
}

/** into += Σ weight y yᵀ over some items, lower triangle. */
function outerProducts(
  itemFactors: Float32Array,
  d: number,
  items: ArrayLike<number>,
  weightOf: (at: number) => number,
  into = new Float64Array(d * d),
): Float64Array {
  // Four items a pass: of a whole catalogue this is what the first basket waits for.
  for (let at = 0; at < items.length; at += 4) {
    const weights = [0, 1, 2, 3].map((lane) => (at + lane < items.length ? weightOf(at + lane) : 0));
    const [y0, y1, y2, y3] = weights.map((weight, lane) => (weight === 0 ? 0 : items[at + lane] * d));
    for (let i = 0, row = 0; i < d; i++, row += d) {
      const v0 = weights[0] * itemFactors[y0 + i];
      const v1 = weights[1] * itemFactors[y1 + i];
      const v2 = weights[2] * itemFactors[y2 + i];
      const v3 = weights[3] * itemFactors[y3 + i];
      for (let j = 0; j <= i; j++) {
        into[row + j] += v0 * itemFactors[y0 + j] + v1 * itemFactors[y1 + j] + v2 * itemFactors[y2 + j] + v3 * itemFactors[y3 + j];
      }
    }
  }
  return into;
}

/** Σ c y over a basket. */
function weighted(basket: Basket, itemFactors: Float32Array, options: AlsOptions): Float64Array {
  const sum = new Float64Array(options.factors);
  basket.items.forEach((item, at) => {
    const weight = confidence(basket, at, options);
    for (let f = 0; f < sum.length; f++) sum[f] += weight * itemFactors[item * sum.length + f];
  });
  return sum;
}

function confidence({ values }: Basket, at: number, { alpha }: AlsOptions): number {
  return 1 + alpha * (values ? values[at] : 1);
}

function dotRow(vector: ArrayLike<number>, itemFactors: Float32Array, item: number): number {
  let sum = 0;
  for (let f = 0; f < vector.length; f++) sum += vector[f] * itemFactors[item * vector.length + f];
  return sum;
}
