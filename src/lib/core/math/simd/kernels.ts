import type { Kernels } from '../kernels';
import { startSimdAls } from './als';
import { simdAssign, simdKMeans } from './clusters';
import { simdInverse } from './inverse';
import { simdSvd } from './svd';
import { KernelTeam, type TeamOptions } from './team';
import { simdTopK } from './topK';
import { simdAddTrees } from './trees/addTrees';
import { simdTreeRows } from './trees/treeRows';

/** The SIMD kernels over a team of threads that the platform has opened. */
export function createSimdKernels(options: TeamOptions): Kernels {
  const team = new KernelTeam(options);
  return {
    get info() {
      return team.info;
    },
    als: (matrix, alsOptions, seed, start) => startSimdAls(team, matrix, alsOptions, seed, start),
    invert: (matrix, size, run) => simdInverse(team, matrix, size, run),
    topK: (request, run) => simdTopK(team, request, run),
    kmeans: (points, options, seed, run) => simdKMeans(team, points, options, seed, run),
    assign: (points, centres, run) => simdAssign(team, points, centres, run),
    svd: (matrix, options, seed, run) => simdSvd(team, matrix, options, seed, run),
    trees: (rows, run) => simdTreeRows(team, rows, run),
    addTrees: (forest, first, inputs, sums, run) => simdAddTrees(team, forest, first, inputs, sums, run),
    close: () => team.close(),
  };
}
