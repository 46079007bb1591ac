import type { InteractionMatrix } from '../math/sparseRows';
import { rowsOfLengthOne } from './featureTerms';

/**
 * TF-IDF of counts of terms, each row at length 1: count · (ln((1 + rows) / (1 + rows with the term)) + 1), as
 * scikit-learn's TfidfVectorizer has it (smoothed; Spärck Jones, Journal of Documentation 1972).
 */
export function tfIdf(counts: InteractionMatrix): InteractionMatrix {
  const rowsWith = new Int32Array(counts.items);
  for (const term of counts.columns) rowsWith[term]++;
  const rarity = Float64Array.from(rowsWith, (rows) => Math.log((1 + counts.users) / (1 + rows)) + 1);
  return rowsOfLengthOne({ ...counts, values: counts.values.map((count, entry) => count * rarity[counts.columns[entry]]) });
}
