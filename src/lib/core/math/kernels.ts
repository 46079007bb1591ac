/**
 * The SIMD WebAssembly kernels' face. Platform code starts them (one or more threads over one shared memory); the
 * answers do not depend on the number of threads. The plain TypeScript reference in this folder implements the same
 * interface, for tests and for machines without SIMD.
 */
import type { RunContext } from '../base/run';
import type { Points } from './points';
import type { InteractionMatrix } from './sparseRows';
import type { Forest } from './trees/forest';
import type { TrainingRows, TreeRows } from './trees/rows';

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
  solver: 'cholesky' | 'cg' | 'block';
  cgSteps: number;
  /** How many factors `block` solves for at once. */
  blockSize: number;
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

export interface KMeansOptions {
  /** How many clusters. */
  k: number;
  /** How often to begin anew; the fit with the least inertia is kept. */
  starts: number;
  maxIterations: number;
  /** Ends once the centres' squared moves sum to less than this share of the columns' mean variance; 0 goes on until no label changes. */
  tolerance: number;
  /** Centres to begin with (k × columns) instead of k-means++; there is one start then. */
  centres?: Float32Array;
}

/**
 * Clusters are in a stable order: the largest first, ties by the centres' first coordinates. Where there are fewer
 * different points than k, the last clusters are empty.
 */
export interface KMeansFit {
  /** k × columns. */
  centres: Float32Array;
  /** The nearest centre of each row. */
  labels: Int32Array;
  /** Rows of each cluster. */
  sizes: Int32Array;
  /** Sum of squared distances to the nearest centre. */
  inertia: number;
  /** Of the start that was kept. */
  iterations: number;
}

export interface Assignment {
  /** The nearest centre of each row; of centres in the same place the lower one. */
  labels: Int32Array;
  /** Squared distance to it. */
  distances: Float32Array;
}

export interface SvdOptions {
  factors: number;
  /** How near a vector must come: ‖A Aᵀ u − σ² u‖ ≤ tolerance · σ². What σ is off by is far less: it goes with the square. */
  tolerance: number;
}

/** The largest singular values, largest first; past the rank, values and vectors are zero. */
export interface SvdFit {
  values: Float32Array;
  /** Of unit length, users × factors and items × factors; the largest entry of an item vector is positive. */
  userVectors: Float32Array;
  itemVectors: Float32Array;
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
  /**
   * k-means by Lloyd's iterations from k-means++ (Arthur & Vassilvitskii 2007, with the greedy trials of scikit-learn).
   * A cluster that has lost all its points is moved to the point farthest from its own centre. Reports the stage `cluster`.
   * @throws RangeError where k is not 1 … rows
   */
  kmeans(points: Points, options: KMeansOptions, seed: number, run: RunContext): Promise<KMeansFit>;
  /** The nearest of `centres` (some × columns) for each point. */
  assign(points: Points, centres: Float32Array, run: RunContext): Promise<Assignment>;
  /** A truncated singular value decomposition of users × items. Reports the stage `decompose`. */
  svd(matrix: InteractionMatrix, options: SvdOptions, seed: number, run: RunContext): Promise<SvdFit>;
  /** Rows placed where trees are grown over them; to be disposed of. */
  trees(rows: TrainingRows, run: RunContext): Promise<TreeRows>;
  /** Adds to each row's sum (float64) what a forest's trees from `first` on say of its inputs (row-major float32). */
  addTrees(forest: Forest, first: number, inputs: Float32Array, sums: Float64Array, run: RunContext): Promise<void>;
  /** Ends helper threads. */
  close(): void;
}

/** How a model says where it was computed: `simd × 2 threads`. */
export function backendOf({ info: { kind, threads } }: Pick<Kernels, 'info'>): string {
  return `${kind} × ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
