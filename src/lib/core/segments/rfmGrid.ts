import type { RfmMeasures, RfmScores } from './rfm';
import { checkRfm, type RfmWarning } from './rfmHealth';

/** The recency–frequency map. */
export interface RfmGrid {
  bins: number;
  method: string;
  /** Customers with at least one order. */
  customers: number;
  /** `bins × bins`, recency score 1 … bins as rows, frequency score as columns. */
  cells: { recency: number; frequency: number; customers: number; meanMonetary: number; totalMonetary: number }[];
  /** Upper edges of the bins of each measure, ascending by score, for the axis labels. */
  edges: RfmScores['edges'];
  warnings: RfmWarning[];
}

export function rfmGrid(measures: RfmMeasures, scores: RfmScores): RfmGrid {
  const { bins, method, edges } = scores;
  const cells = Array.from({ length: bins * bins }, (_, i) => ({
    recency: Math.floor(i / bins) + 1,
    frequency: (i % bins) + 1,
    customers: 0,
    meanMonetary: 0,
    totalMonetary: 0,
  }));
  scores.recency.forEach((recency, i) => {
    const cell = cells[(recency - 1) * bins + scores.frequency[i] - 1];
    cell.customers++;
    cell.totalMonetary += measures.monetary[i];
  });
  for (const cell of cells) {
    // Sums of doubles carry an error in the last places; money has four.
    cell.totalMonetary = Math.round(cell.totalMonetary * 1e4) / 1e4;
    cell.meanMonetary = cell.customers === 0 ? 0 : cell.totalMonetary / cell.customers;
  }
  return { bins, method, customers: measures.userIndexes.length, cells, edges, warnings: checkRfm(measures, scores) };
}
