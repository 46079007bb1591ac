import type { Kernels } from '../math/kernels';
import type { Tensors } from '../math/tensors';

/** What a prediction may compute with; the platform's, each opened when it is first asked for. */
export interface PredictionTools {
  tensors(): Promise<Tensors>;
  kernels(): Promise<Kernels>;
}
