import type { InteractionMatrix } from '../math/sparseRows';
import { besideOneAnother, commonTerms, featureTerms, rowsOfLengthOne } from './featureTerms';
import type { Feature } from './trainingData';

/**
 * What is known of rows as inputs of a model that learns a vector for each term: labels that two rows have, and words
 * that three rows have but not a third of all. The terms of one feature together have length 1 in each row, so that
 * a long title counts for as much as a brand.
 */
export async function featureBag(features: readonly Feature[], rows: number): Promise<InteractionMatrix> {
  const { words, labels } = await featureTerms(features, rows);
  const kept = [...labels.map((terms) => commonTerms(terms, 2)), ...words.map((terms) => commonTerms(terms, 3, Math.max(3, rows / 3)))];
  return besideOneAnother(
    kept.map(({ terms, counts }) => ({ terms, counts: rowsOfLengthOne(counts) })),
    rows,
  ).counts;
}
