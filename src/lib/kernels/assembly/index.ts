/**
 * The SIMD kernels. Memory is imported and laid out by the caller (core/math/simd): nothing is allocated here, and a
 * `…Block` function is called as (job, scratch, block) by any thread, each with scratch of its own.
 */
export { gramianBlock, reduceGramian } from './gramian';
export { choleskyBlock } from './cholesky';
export { conjugateGradientBlock } from './conjugateGradient';
export { subspaceBlock } from './subspaces';
export { lossBlock, penaltyBlock } from './loss';
export { packItems, topKBlock } from './topK';
export { gatherPivot, pivotRowsBlock, sweepRowsBlock, finishRowsBlock } from './inverse';
export { lloydBlock, nearestBlock, distanceBlock, nearerBlock } from './clusters';
export { sparseBlock, projectBlock, combineBlock, rotateBlock } from './svd';
