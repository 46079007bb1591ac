import { backendOf } from '../math/kernels';
import type { InteractionMatrix } from '../math/sparseRows';
import { filterArrays, filterModel, filterOfArrays, filterOptions, itemGraph, keepRows, type ItemFilter } from './graphFilter';
import { sharingPopularity } from './popularityShare';
import type { Recommender, RecommenderModel } from './recommender';
import { decompose, decompositionCost } from './spectral';

const format = 'gf-cf/1';

/**
 * GF-CF: Shen, Wu, Zhang, Shan, Zhang, Letaief & Li, "How Powerful is Graph Convolution for Recommendation?", CIKM 2021.
 * A history is a signal on the graph of items; what neighbours share passes (R̃ᵀR̃), and the slowest waves of the whole
 * graph beside it: s = r (R̃ᵀR̃ + α D_i^(−1/2) V Vᵀ D_i^(1/2)). No training beyond the singular vectors V of R̃.
 */
export const gfCf: Recommender = sharingPopularity({
  id: 'gf-cf',
  family: 'spectral',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'explain'],
  lighter: 'item-knn',
  options: [...filterOptions],

  estimate(size, given) {
    const { operations, bytes } = decompositionCost(size, Number(given.factors));
    return { operations: operations + 4 * size.pairs, bytes: bytes + 24 * size.pairs + 4 * Math.min(size.items, 4096) ** 2 };
  },

  async train({ pairs }, given, seed, { kernels }, run) {
    const [factors, lowPassWeight] = [Number(given.factors), Number(given.lowPassWeight)];
    const graph = itemGraph(pairs);
    const { itemVectors } = await decompose(kernels, graph.byUser, factors, seed, run);
    const filter: ItemFilter = { graph, itemFactors: itemVectors, factors, lowPassWeight };
    await keepRows(filter, run);
    return { model: gfCfModel(filter, pairs), losses: [], backend: backendOf(kernels), reproducible: true };
  },

  restore: ({ arrays, meta }, { pairs }) =>
    gfCfModel({ ...filterOfArrays(arrays, pairs), lowPassWeight: Number(meta.lowPassWeight) }, pairs),
});

function gfCfModel(filter: ItemFilter, pairs: InteractionMatrix): RecommenderModel {
  const { lowPassWeight } = filter;
  return { ...filterModel(filter, pairs), state: () => ({ format, arrays: filterArrays(filter), meta: { lowPassWeight } }) };
}
