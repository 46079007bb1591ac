import type { Kernels } from '../math/kernels';
import type { Tensors } from '../math/tensors';

/** What a prediction may compute with; the platform's, each opened when it is first asked for. */
export interface PredictionTools {
  tensors(): Promise<Tensors>;
  kernels(): Promise<Kernels>;
}

/** Where something was computed, and why there. */
export function backendOf({ backend, reason }: Tensors): string {
  return `tfjs ${backend} (${reason})`;
}
