import { startReferenceAls } from './alsReference';
import { referenceAssign, referenceKMeans } from './clusters/referencePoints';
import { referenceInverse } from './inverseReference';
import type { Kernels } from './kernels';
import { referenceSvd } from './svd/referenceSvd';
import { referenceTopK } from './topK';
import { referenceAddTrees } from './trees/forest';
import { referenceTreeRows } from './trees/referenceRows';

/** The kernels' interface in plain TypeScript; `reason` says why it is used. */
export function createReferenceKernels(reason: string): Kernels {
  return {
    info: { kind: 'reference', threads: 1, reason },
    als: async (matrix, options, seed, start) => startReferenceAls(matrix, options, seed, start),
    invert: referenceInverse,
    topK: referenceTopK,
    kmeans: referenceKMeans,
    assign: referenceAssign,
    svd: referenceSvd,
    trees: referenceTreeRows,
    addTrees: referenceAddTrees,
    close: () => {},
  };
}
