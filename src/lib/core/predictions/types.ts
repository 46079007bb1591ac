import type { OptionValues } from '../base/options';

/** "Will this customer do `event` within `withinDays` after the prediction time?" */
export interface PropensityTarget {
  event: string;
  withinDays: number;
}

export interface CalibrationBin {
  /** Mean predicted probability and observed rate of the customers in the bin. */
  predicted: number;
  observed: number;
  customers: number;
}

export interface LiftDecile {
  /** 1 = highest scores. */
  decile: number;
  customers: number;
  positives: number;
  /** Rate in the decile over the overall rate. */
  lift: number;
  baselinePositives: number;
  baselineLift: number;
}

/** What the held-out, latest cut-off says of a propensity model. */
export interface PropensityReport {
  modelId: string;
  algorithm: string;
  target: PropensityTarget;
  /** Cut-offs as ISO instants: features look back from them, labels look ahead. The last is the test. */
  trainCutoffs: string[];
  validationCutoff: string;
  testCutoff: string;
  trainRows: number;
  testRows: number;
  testPositives: number;
  auc: number;
  prAuc: number;
  logLoss: number;
  brier: number;
  /** "Recent buyers first": customers ordered by days since last order. */
  baseline: { auc: number; prAuc: number };
  calibration: CalibrationBin[];
  lift: LiftDecile[];
  /** Standardised weights (logistic) or permutation importances, largest first. */
  importances: { feature: string; weight: number }[];
  losses: { epoch: number; loss: number; validationLoss: number }[];
  /** Features left out because they know the future, and other findings. */
  warnings: { code: string; feature?: string; message: string }[];
  backend: string;
  reproducible: boolean;
  seed: number;
  seconds: number;
  /** Hash of the data, asOf, seed and spec that it was trained on; scores of another one are out of date. */
  madeFrom?: string;
  /** What it was trained with and on, so that a report can be told from a newer spec or newer data. */
  options?: OptionValues;
  asOf?: string;
  dataHash?: string;
}
