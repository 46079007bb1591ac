import type { OptionSpec, OptionValues } from '../../base/options';
import type { RunContext } from '../../base/run';

/** Who rated what how, one entry a rating; people and items are dense numbers. */
export interface Ratings {
  users: number;
  items: number;
  userOf: Int32Array;
  itemOf: Int32Array;
  values: Float64Array;
}

/** A trained predictor of ratings. People and items without a rating in train are predicted by what is known of the other side. */
export interface RatingModel {
  /** Not clipped to the scale: that is the measurement's business. */
  predict(user: number, item: number): number;
}

/**
 * Says how somebody would rate an item. That is another question than what to recommend: a model may predict ratings
 * well and rank badly (Cremonesi, Koren & Turrin, RecSys 2010), so these are not recommenders of the catalogue.
 */
export interface RatingPredictor {
  id: string;
  options: readonly OptionSpec[];
  train(ratings: Ratings, options: OptionValues, seed: number, run: RunContext): Promise<RatingModel>;
}

/** The entries of each row, in order: of each person (or item) the ratings, by their place in the list. */
export function entriesOf(rows: number, rowOf: Int32Array): { starts: Int32Array; entries: Int32Array } {
  const starts = new Int32Array(rows + 1);
  for (const row of rowOf) starts[row + 1]++;
  for (let row = 0; row < rows; row++) starts[row + 1] += starts[row];
  const next = starts.slice(0, rows);
  const entries = new Int32Array(rowOf.length);
  rowOf.forEach((row, entry) => (entries[next[row]++] = entry));
  return { starts, entries };
}
