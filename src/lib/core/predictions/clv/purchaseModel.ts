import type { RepeatHistories } from './histories';

export const purchaseModelIds = ['bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const;
export type PurchaseModelId = (typeof purchaseModelIds)[number];

/**
 * A model of who buys again and when: while they are customers, people buy at rates of their own (gamma-distributed),
 * and at some moment nobody sees they stop. Times are in weeks, parameters are positive.
 */
export interface PurchaseModel {
  id: PurchaseModelId;
  parameters: readonly string[];
  /** Places of the parameters that are times: in other units they are others. */
  timeParameters: readonly number[];
  /** Where fitting may begin, for a purchase rate a week and a mean observed time. */
  starts(rate: number, meanTime: number): number[][];
  /**
   * Σ of weight times log likelihood over the rows.
   * @param gradient becomes the derivatives by the parameters
   */
  logLikelihood(rows: RepeatHistories, parameters: ArrayLike<number>, gradient?: Float64Array): number;
  /** Log likelihood of each row. */
  logLikelihoods(rows: RepeatHistories, parameters: ArrayLike<number>): Float64Array;
  /** The chance that each is still a customer at the end of what was observed. */
  alive(rows: RepeatHistories, parameters: ArrayLike<number>): Float64Array;
  /** Purchases that are expected of each within so many weeks after; one array for each of the times. */
  expectedPurchases(rows: RepeatHistories, parameters: ArrayLike<number>, weeks: readonly number[]): Float64Array[];
  /** Repeat purchases that are expected of somebody within so many weeks after their first. */
  expectedOfNew(parameters: ArrayLike<number>, weeks: ArrayLike<number>): Float64Array;
}
