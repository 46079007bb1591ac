import type { Operation } from './context';
import type { RecommenderSpec } from '../../core/plan/schema';
import type { Comparison, SplitSpec } from '../../core/evaluation/types';

/**
 * Trains each model on the train part and ranks all unseen items for the test users. A popularity baseline is always
 * a row. Progress stages are `prepare`, `train:<id>` with values `{ epoch, loss }`, `evaluate:<id>`. The result is kept in the workspace.
 */
export const recommendersCompare: Operation<{ models: RecommenderSpec[]; split: SplitSpec; cutoffs: number[] }, Comparison> = notBuilt;

export const recommenderEstimate: Operation<
  { model: RecommenderSpec },
  { seconds: number; bytes: number; fits: boolean; alternative: string }
> = notBuilt;

export interface ItemLine {
  itemId: string;
  title: string;
  category: string | null;
}

export interface CustomerRecommendations {
  userId: string;
  /** Newest first. */
  history: (ItemLine & { event: string; time: string })[];
  lists: { modelId: string; items: (ItemLine & { rank: number; score: number })[]; note: string }[];
}

/** Trains on everything where that has not been done for these options, then recommends for one customer. */
export const recommendersForUser: Operation<{ models: RecommenderSpec[]; userId: string; size: number }, CustomerRecommendations> =
  notBuilt;

function notBuilt(): Promise<never> {
  throw new Error('not built yet');
}
