import type { KernelInfo, Kernels } from '../math/kernels';
import type { Tensors } from '../math/tensors';

/** What a prediction may compute with; the platform's, each opened when it is first asked for. */
export interface PredictionTools {
  tensors(): Promise<Tensors>;
  kernels(): Promise<Kernels>;
}

export type ComputesOn = 'tensors' | 'kernels' | 'code';

/** Where something was computed, and why there. */
export function backendOf({ backend, reason }: Tensors): string {
  return `tfjs ${backend} (${reason})`;
}

export function backendOfKernels({ kind, threads }: KernelInfo): string {
  return `kernels ${kind}, ${threads} threads`;
}

/** What a report says of where a learner did its work; kernels and plain code give the same bytes everywhere. */
export async function whereItRan(
  { computesOn }: { computesOn: ComputesOn },
  tools: PredictionTools,
): Promise<{ backend: string; reproducible: boolean }> {
  if (computesOn === 'code') return { backend: 'TypeScript, float64', reproducible: true };
  if (computesOn === 'kernels') return { backend: backendOfKernels((await tools.kernels()).info), reproducible: true };
  const tensors = await tools.tensors();
  return { backend: backendOf(tensors), reproducible: tensors.reproducible };
}
