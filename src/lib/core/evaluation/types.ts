import type { OptionValues } from '../base/options';
import type { TrainingWarning } from '../recommenders/recommender';

/** How interactions are split into train and test. A global time split is the default (DESIGN §8). */
export interface SplitSpec {
  /** `strong-generalisation`: the tested people are wholly unknown to the model; part of their history is folded in. */
  kind: 'global-time' | 'random' | 'leave-last-out' | 'strong-generalisation';
  /** Share of interactions in the test part, for global-time and random; of people, for strong-generalisation. */
  testShare: number;
  /** Share of what is left for training that is held back a second time, to choose options by. Absent or 0: none. */
  validationShare?: number;
  /**
   * What is to be found: `new`, things that a person did not have (the default), or `any`, where what they have stays
   * in the ranking and counts when it comes again.
   */
  next?: 'new' | 'any';
  /** How often all is cut, trained and measured, with the seeds `seed`, `seed + 1` …; absent means once. */
  repeats?: number;
}

/** Everything that must be equal for two rows of a comparison to be comparable. */
export interface Protocol {
  dataHash: string;
  split: SplitSpec | 'given';
  seed: number;
  /** What is ranked: everything new to a person, everything, or items that were given. */
  candidates: 'all-unseen' | 'all' | 'given-negatives';
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
  | { code: 'model_collapsed'; values: Record<string, number> }
  /** Its weights were not learnt from the train part: they may know what is tested. */
  | { code: 'may_know_test'; values: Record<string, number> }
  /** It goes by segments as of today, which know what people did in the test part. */
  | { code: 'segments_of_today'; values: Record<string, number> }
  /** Only what is new to people was asked for, and the model is there for what they buy again. */
  | { code: 'repeats_not_asked'; values: Record<string, number> }
  | TrainingWarning;

/** One model's line in the comparison; metric names are `recall@20`, `ndcg@10`, `hr@10`, `coverage@20` … */
export interface EvaluationRow {
  modelId: string;
  algorithm: string;
  /** What it was trained with, so that a row can be told from a newer spec of the same model. */
  options?: OptionValues;
  /** The model of the registry whose weights it had; absent where it was trained. */
  weights?: string;
  metrics: Record<string, number>;
  /** Half-width of a 95 % bootstrap interval over users, for the same names. */
  margins?: Record<string, number>;
  /** The same metrics on the validation part, where there is one: options are chosen by these. */
  validation?: Record<string, number>;
  fitSeconds: number;
  scoreSeconds: number;
  backend: string;
  /** One entry an epoch. */
  losses?: { epoch: number; loss: number }[];
  warnings?: EvaluationWarning[];
}

/** Whether one row leads another by more than chance. */
export interface RowTest {
  /** The measure, such as `ndcg@20`. */
  metric: string;
  /** The row that leads, and the one that follows. */
  leader: string;
  follower: string;
  /** Of the means over the users of both; at least 0. */
  difference: number;
  /** Two-sided, after Holm's correction for all pairs of the comparison. */
  p: number;
}

export interface Comparison {
  protocol: Protocol;
  rows: EvaluationRow[];
  /** Every pair of rows that were measured together. */
  tests?: RowTest[];
}
