import { createReferenceKernels } from '../../src/lib/core/math/referenceKernels';
import type { Tensors } from '../../src/lib/core/math/tensors';
import type { PredictionTools } from '../../src/lib/core/predictions/tools';

/** What predictions compute with in tests: the given tensors, and kernels in plain TypeScript. */
export function toolsOf(tensors: () => Promise<Tensors>): PredictionTools {
  return { tensors, kernels: async () => createReferenceKernels('a test') };
}
