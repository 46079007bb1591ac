import type { OptionValues } from '../base/options';
import type { TrainingWarning } from '../recommenders/recommender';

/** How interactions are split into train and test. A global time split is the default (DESIGN §8). */
export interface SplitSpec {
  kind: 'global-time' | 'random' | 'leave-last-out';
  /** Share of interactions in the test part, for global-time and random. */
  testShare: number;
}

/** Everything that must be equal for two rows of a comparison to be comparable. */
export interface Protocol {
  dataHash: string;
  split: SplitSpec | 'given';
  seed: number;
  candidates: 'all-unseen' | 'given-negatives';
  cutoffs: number[];
  /** How much each event counts as an interaction, where the data has events. */
  events?: Record<string, number>;
  testUsers: number;
  trainPairs: number;
  /** Pairs of the tested users that are new to them. */
  testPairs: number;
  /** Pairs of the test part that were in train already, and so are left out: nobody can recommend them anew. */
  repeatedPairs?: number;
  /** Users of the test part who are left out because they have no history, and their pairs. */
  newUsers?: number;
  newUserPairs?: number;
  /** ISO instant that separates train from test, for a global time split. */
  cutAt?: string;
  /** Local midnight before which events were seen, for a workspace's data. */
  asOf?: string;
}

/** Something about a model that its numbers alone do not say. */
export type EvaluationWarning =
  /** Almost everybody is given the same items; `{ shared, of }` of a list are those of anybody else. */
  { code: 'model_collapsed'; values: Record<string, number> } | TrainingWarning;

/** One model's line in the comparison; metric names are `recall@20`, `ndcg@10`, `hr@10`, `coverage@20` … */
export interface EvaluationRow {
  modelId: string;
  algorithm: string;
  /** What it was trained with, so that a row can be told from a newer spec of the same model. */
  options?: OptionValues;
  metrics: Record<string, number>;
  /** Half-width of a 95 % bootstrap interval over users, for the same names. */
  margins?: Record<string, number>;
  fitSeconds: number;
  scoreSeconds: number;
  backend: string;
  /** One entry an epoch. */
  losses?: { epoch: number; loss: number }[];
  warnings?: EvaluationWarning[];
}

export interface Comparison {
  protocol: Protocol;
  rows: EvaluationRow[];
}
