import type { Kernels } from '../kernels';
import { startSimdAls } from './als';
import { KernelTeam, type TeamOptions } from './team';
import { simdTopK } from './topK';

/** The SIMD kernels over a team of threads that the platform has opened. */
export function createSimdKernels(options: TeamOptions): Kernels {
  const team = new KernelTeam(options);
  return {
    info: team.info,
    als: (matrix, alsOptions, seed) => startSimdAls(team, matrix, alsOptions, seed),
    topK: (request, run) => simdTopK(team, request, run),
    close: () => team.close(),
  };
}
