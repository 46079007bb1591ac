import type { OptionSpec, OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import type { InteractionMatrix } from '../math/sparseRows';
import type { Kernels } from '../math/kernels';
import type { Tensors } from '../math/tensors';

/** What a recommender may use to train and score: provided by the platform. */
export interface Compute {
  kernels: Kernels;
  /** Loads tfjs when first called. */
  tensors(): Promise<Tensors>;
}

/** A trained model. Rows are dense user indexes of the matrix it was trained on. */
export interface RecommenderModel {
  /**
   * Scores of every item for each given user, row-major `users.length × items`, higher is better. Items the model
   * cannot score are -Infinity. Seen items are not left out here: that is the ranking's business.
   */
  score(users: Int32Array): Float32Array | Promise<Float32Array>;
  /**
   * The dot-product form where the model has one: ranking then runs in the top-k kernel without a score matrix.
   * userFactors `users × size`, itemFactors `items × size`, optional itemBiases `items`.
   */
  factors?: { size: number; userFactors: Float32Array; itemFactors: Float32Array; itemBiases?: Float32Array };
  dispose?(): void;
}

export interface TrainingResult {
  model: RecommenderModel;
  /** One entry an epoch. */
  losses: { epoch: number; loss: number }[];
  /** Where it was computed: `simd × 2 threads`, `tfjs webgpu` …, and why not on something faster. */
  backend: string;
  /** Whether the same seed gives the same bytes. */
  reproducible: boolean;
}

/** One entry of the catalogue; forms, `--help`, the plan schema and docs follow from it. */
export interface Recommender {
  id: string;
  /** Whether it can recommend to a customer without any interaction; others then give no list, and that counts as zero. */
  servesNewUsers?: boolean;
  options: readonly OptionSpec[];
  /** Seconds and bytes it will roughly need, for the estimate before a long job. */
  estimate(matrix: { users: number; items: number; pairs: number }, options: OptionValues): { operations: number; bytes: number };
  train(matrix: InteractionMatrix, options: OptionValues, seed: number, compute: Compute, run: RunContext): Promise<TrainingResult>;
}
