import type { DataSize, OptionSpec, OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import type { Kernels } from '../math/kernels';
import type { Numbering } from '../math/permute';
import type { Tensors } from '../math/tensors';
import type { EventWeights } from '../store/interactionQueries';
import type { ModelState } from './modelState';
import type { TrainingData, TrainingPart } from './trainingData';

/** What a recommender may use to train and score: provided by the platform. */
export interface Compute {
  kernels: Kernels;
  /** Loads tfjs when first called. */
  tensors(): Promise<Tensors>;
  /** Bytes that a training may take; as many as there are where nothing is said. */
  room?: number;
}

/** What somebody has: items, each once, with strengths where they are known. */
export interface Basket {
  items: Int32Array;
  values?: Float32Array;
  /** What they did, oldest first, where that is known; an item may come again. Without it, `items` are in their order. */
  events?: { items: Int32Array; times?: Float64Array };
}

/** Why an item has its score: the amounts and `rest` add up to it. */
export interface Explanation {
  score: number;
  /** One entry for each item of the history, in its order. */
  contributions: { item: number; amount: number }[];
  /** What no single item accounts for. */
  rest: number;
}

/** A trained model. Users and items are those of the data it was trained on. */
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
  /** What the model is; {@link Recommender.restore} makes a model of it that gives the same scores. */
  state(): ModelState;
  /** Scores of every item for somebody who is not in the data. */
  foldIn?(basket: Basket): Float32Array;
  /** The k items most like one, best first, without itself; ties go to the lower id. */
  similarItems?(item: number, k: number): { item: number; score: number }[];
  explain?(who: number | Basket, item: number): Explanation;
  /** How each item scores whoever looks. */
  biases?(): { items: Float32Array };
  /** How many users {@link score} is best asked for at once, where each takes long. */
  usersAtOnce?: number;
  /** When somebody is due to buy an item again, in microseconds since 1970 (past where overdue); undefined where they never did. */
  due?(user: number, item: number): number | undefined;
  dispose?(): void;
  /** Of a model by number: the one by place beneath it (see {@link numberedModel}), which ranking uses. */
  byPlace?: { model: RecommenderModel; numbering: Numbering };
}

/** All that making lists asks of a model. */
export type Scorer = Pick<RecommenderModel, 'score' | 'factors' | 'byPlace' | 'usersAtOnce' | 'due'>;

/** What some models can do beside scoring: the methods of {@link RecommenderModel}, and going on from a state. */
export type Ability = 'foldIn' | 'similarItems' | 'explain' | 'biases' | 'due' | 'warmStart';

/**
 * Asked after each epoch, with a way to the model as it is then; `true` ends the training there. See `earlyStopping.ts`.
 */
export type EpochWatch = (epoch: number, model: () => RecommenderModel | Promise<RecommenderModel>) => Promise<boolean>;

/**
 * What a training has to say of its model. `rules_incomplete`: only the rules of the `items` most chosen items fitted in
 * memory; `features_missing`: nothing was offered that tells items (`items` 1) or customers (`users` 1) apart beside their ids.
 */
export interface TrainingWarning {
  code: 'rules_incomplete' | 'features_missing';
  values: Record<string, number>;
}

export interface TrainingResult {
  model: RecommenderModel;
  /** One entry an epoch. */
  losses: { epoch: number; loss: number }[];
  /** Where it was computed: `simd × 2 threads`, `tfjs webgpu` …, and why not on something faster. */
  backend: string;
  /** Whether the same seed gives the same bytes. */
  reproducible: boolean;
  warnings?: TrainingWarning[];
}

/** Which kind of model it is: `neighbours` with rules and walks from item to item, `linear` in what somebody has, `sequential` where order counts. */
export const recommenderFamilies = [
  'baseline',
  'neighbours',
  'linear',
  'spectral',
  'factorisation',
  'neural',
  'sequential',
  'hybrid',
] as const;
export type RecommenderFamily = (typeof recommenderFamilies)[number];

/** One entry of the catalogue; forms, `--help`, the plan schema and docs follow from it. */
export interface Recommender {
  id: string;
  family: RecommenderFamily;
  /** Whether its lists are meant to differ from customer to customer. */
  personal: boolean;
  /** Whether it can recommend to a customer without any interaction; others then give no list, and that counts as zero. */
  servesNewUsers?: boolean;
  /** Whether it is there to recommend what customers have already: lists then leave nothing out unless they are told to. */
  repeats?: boolean;
  /** Events to learn from where the plan names none, instead of the usual ones. */
  events?: EventWeights;
  /** What it learns from beside pairs and cannot do without. */
  needs: readonly TrainingPart[];
  /** What it learns from as well where somebody offers it; without it says so, and learns from the rest. */
  uses?: readonly TrainingPart[];
  can: readonly Ability[];
  /** The id of a model to take where this one does not fit. */
  lighter?: string;
  options: readonly OptionSpec[];
  /** Multiply-adds and bytes it will roughly need, for the estimate before a long job. */
  estimate(size: DataSize, options: OptionValues): { operations: number; bytes: number };
  /**
   * Learns. Customers and items of `data` are by place, so ties that go to the lower index go to the lower id.
   * @param warmStart where learning begins, if the model can; a state of another format or size is passed over
   * @param watch of models with an option `patience`: may end the training after an epoch
   */
  train(
    data: TrainingData,
    options: OptionValues,
    seed: number,
    compute: Compute,
    run: RunContext,
    warmStart?: ModelState,
    watch?: EpochWatch,
  ): Promise<TrainingResult>;
  /** A model from its state, by place; `data` is what customers did until now. */
  restore(state: ModelState, data: TrainingData): RecommenderModel | Promise<RecommenderModel>;
}
