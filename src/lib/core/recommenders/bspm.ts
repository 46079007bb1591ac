import { backendOf } from '../math/kernels';
import type { InteractionMatrix } from '../math/sparseRows';
import {
  blur,
  filterArrays,
  filterModel,
  filterOfArrays,
  filterOptions,
  itemGraph,
  keepRows,
  type ItemFilter,
  type ItemGraph,
} from './graphFilter';
import { sharingPopularity } from './popularityShare';
import type { Recommender, RecommenderModel } from './recommender';
import { decompose, decompositionCost } from './spectral';

const format = 'bspm/1';

interface Sharpening {
  /** T_s of the paper. */
  sharpening: number;
  /** K_s of the paper: how many steps that time is cut into. */
  steps: number;
  solver: string;
}

/**
 * Blurring-sharpening process: Choi, Hong, Park & Cho, SIGIR 2023. A history is blurred first, y = r (P + β low-pass), as
 * GF-CF does, which is one Euler step of the paper's two blurring processes; then sharpened by dy/dt = −y P for a while,
 * which takes away what everybody has in common. All of it is linear in the history.
 */
export const bspm: Recommender = sharingPopularity({
  id: 'bspm',
  family: 'spectral',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'explain'],
  lighter: 'gf-cf',
  options: [
    ...filterOptions,
    {
      name: 'sharpening',
      kind: 'number',
      default: 0.4,
      min: 0,
      max: 10,
      tuned: [0, 1.5],
      what: 'Raising it takes away more of what everybody likes, so that lists differ more; at 0 this is GF-CF.',
    },
    {
      name: 'steps',
      kind: 'number',
      integer: true,
      default: 1,
      min: 1,
      max: 20,
      what: 'More steps follow the process more exactly; each takes as long as scoring does without it.',
    },
    {
      name: 'integrator',
      kind: 'choice',
      default: 'euler',
      choices: ['euler', 'rk4'],
      what: 'Euler takes one look a step; rk4 takes four, and bears more sharpening.',
    },
  ],

  estimate(size, given) {
    const { operations, bytes } = decompositionCost(size, Number(given.factors));
    const looks = 1 + Number(given.steps) * (given.integrator === 'rk4' ? 4 : 1);
    // Sharpening leaves no zeros: each look goes over all pairs, for each item whose row is kept or else each customer.
    return {
      operations: operations + 2 * looks * size.pairs * Math.min(size.users, size.items),
      bytes: bytes + 24 * size.pairs + 4 * Math.min(size.items, 4096) ** 2,
    };
  },

  async train({ pairs }, given, seed, { kernels }, run) {
    const [factors, lowPassWeight] = [Number(given.factors), Number(given.lowPassWeight)];
    const process = { sharpening: Number(given.sharpening), steps: Number(given.steps), solver: String(given.integrator) };
    const graph = itemGraph(pairs);
    const { itemVectors } = await decompose(kernels, graph.byUser, factors, seed, run);
    const filter = bspmFilter({ graph, itemFactors: itemVectors, factors, lowPassWeight }, process);
    await keepRows(filter, run);
    return { model: bspmModel(filter, process, pairs), losses: [], backend: backendOf(kernels), reproducible: true };
  },

  restore({ arrays, meta }, { pairs }) {
    const process = { sharpening: Number(meta.sharpening), steps: Number(meta.steps), solver: String(meta.integrator) };
    const blurring = { ...filterOfArrays(arrays, pairs), lowPassWeight: Number(meta.lowPassWeight) };
    return bspmModel(bspmFilter(blurring, process), process, pairs);
  },
});

function bspmFilter(blurring: ItemFilter, process: Sharpening): ItemFilter {
  return { ...blurring, sharpen: (vector) => sharpened(blurring.graph, vector, process) };
}

function bspmModel(filter: ItemFilter, { sharpening, steps, solver: integrator }: Sharpening, pairs: InteractionMatrix): RecommenderModel {
  return {
    ...filterModel(filter, pairs),
    state: () => ({
      format,
      arrays: filterArrays(filter),
      meta: { lowPassWeight: filter.lowPassWeight, sharpening, steps, integrator },
    }),
  };
}

/** dy/dt = −y P is linear, so that a step of length h is the exponential series of −h P: Euler's to its second term, rk4 to the fifth. */
function sharpened(graph: ItemGraph, vector: Float64Array, { sharpening, steps, solver }: Sharpening): Float64Array {
  const h = sharpening / steps;
  if (h === 0) return vector;
  let y = vector;
  for (let step = 0; step < steps; step++) {
    const next = y.slice();
    let term = y;
    for (let power = 1; power <= (solver === 'rk4' ? 4 : 1); power++) {
      term = blur(graph, term);
      for (let item = 0; item < term.length; item++) {
        term[item] *= -h / power;
        next[item] += term[item];
      }
    }
    y = next;
  }
  return y;
}
