import type { OptionValues } from '../base/options';

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
  testUsers: number;
  trainPairs: number;
  testPairs: number;
  /** ISO instant that separates train from test, for a global time split. */
  cutAt?: string;
  /** Local midnight before which events were seen, for a workspace's data. */
  asOf?: string;
}

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
}

export interface Comparison {
  protocol: Protocol;
  rows: EvaluationRow[];
}
