/** The part of tfjs that models use: ops, gradients and optimisers, no layers. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core');

export const tensorBackends = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;
export type TensorBackend = (typeof tensorBackends)[number];

/** The tfjs that the platform chose, with the reason, so that every result can say where it was computed. */
export interface Tensors {
  tf: TensorFlow;
  backend: TensorBackend;
  /** Why this one and not a faster one, one sentence. */
  reason: string;
  /** GPU backends do not promise equal bytes for equal seeds. */
  reproducible: boolean;
  /** Of a backend that can go away: graphics processors are reset, unplugged, or taken from a tab. See {@link outlastLoss}. */
  loss?: TensorLoss;
}

export interface TensorLoss {
  /** Heard at once; nothing that is read after a loss can be believed. */
  hasHappened(): boolean;
  /** Resolves when it happens. */
  happened: Promise<void>;
}
