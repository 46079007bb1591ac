import { startReferenceAls } from './alsReference';
import type { Kernels } from './kernels';
import { referenceTopK } from './topK';

/** The kernels' interface in plain TypeScript; `reason` says why it is used. */
export function createReferenceKernels(reason: string): Kernels {
  return {
    info: { kind: 'reference', threads: 1, reason },
    als: async (matrix, options, seed) => startReferenceAls(matrix, options, seed),
    topK: referenceTopK,
    close: () => {},
  };
}
