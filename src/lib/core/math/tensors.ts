/** The tfjs that the platform chose, with the reason, so that every result can say where it was computed. */
export interface Tensors {
  tf: typeof import('@tensorflow/tfjs');
  backend: 'webgpu' | 'webgl' | 'wasm' | 'cpu';
  /** Why this one and not a faster one, one sentence. */
  reason: string;
  /** GPU backends do not promise equal bytes for equal seeds. */
  reproducible: boolean;
}
