/**
 * The SIMD WebAssembly kernels' face. Platform code starts them (one or more threads over one shared memory); the
 * answers do not depend on the number of threads. The plain TypeScript reference in this folder implements the same
 * interface, for tests and for machines without SIMD.
 */
import type { RunContext } from '../base/run';
import type { InteractionMatrix } from './sparseRows';

export interface KernelInfo {
  kind: 'simd' | 'reference';
  threads: number;
  /** Why there are not more threads, or no SIMD; empty where there is nothing to explain. */
  reason: string;
}

export interface AlsOptions {
  factors: number;
  /** λ of Rendle et al. 2021. */
  regularization: number;
  /** ν of Rendle et al. 2021: 1 scales λ by frequency, 0 is plain. */
  frequencyScaling: number;
  /** α0 of Rendle et al. 2021: the weight of unobserved pairs. */
  unobservedWeight: number;
  /** Confidence of an observed pair is 1 + alpha · value (Hu et al. 2008). */
  alpha: number;
  /** σ of Rendle et al. 2021: factors start as normal numbers with standard deviation σ divided by √factors. */
  initialScale: number;
  solver: 'cholesky' | 'cg';
  cgSteps: number;
}

/** Factors to begin with, `rows × factors` each; rows of zeros, and sides that are left out, begin at random. */
export interface AlsStart {
  userFactors?: Float32Array;
  itemFactors?: Float32Array;
}

/** A running iALS fit; factors are float32 row-major. */
export interface AlsFit {
  /** One sweep: all users, then all items. */
  sweep(run: RunContext): Promise<void>;
  /** All users again, so that their factors are what their pairs say of the items as they are now. */
  solveUsers(run: RunContext): Promise<void>;
  /** The objective on all pairs (observed and unobserved) plus regularisation, divided by the number of observed pairs. */
  loss(run?: RunContext): Promise<number>;
  userFactors(): Float32Array;
  itemFactors(): Float32Array;
  dispose(): void;
}

export interface TopKRequest {
  size: number;
  userFactors: Float32Array;
  itemFactors: Float32Array;
  itemBiases?: Float32Array;
  /** Dense rows of userFactors to rank for. */
  users: Int32Array;
  k: number;
  /** Items to leave out per user (row u of the matrix), usually what was seen. */
  exclude?: InteractionMatrix;
  /** Items that may be recommended at all (1 = yes), one byte an item. */
  eligible?: Uint8Array;
}

/** `users.length × k`, best first; ties go to the lower item index; -1 / -Infinity where there are fewer than k. */
export interface TopKResult {
  items: Int32Array;
  scores: Float32Array;
}

export interface Kernels {
  readonly info: KernelInfo;
  als(matrix: InteractionMatrix, options: AlsOptions, seed: number, start?: AlsStart): Promise<AlsFit>;
  /**
   * The inverse of a symmetric positive definite matrix (`size × size`, row-major, upper triangle read), in its place.
   * @throws Error where it is not positive definite
   */
  invert(matrix: Float32Array, size: number, run: RunContext): Promise<void>;
  topK(request: TopKRequest, run: RunContext): Promise<TopKResult>;
  /** Ends helper threads. */
  close(): void;
}
