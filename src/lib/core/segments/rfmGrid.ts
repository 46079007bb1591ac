import { cellMatcher, type RfmMeasures, type RfmScores } from './rfm';
import { checkRfm, type RfmWarning } from './rfmHealth';

/** The recency–frequency map. */
export interface RfmGrid {
  bins: number;
  method: string;
  /** Customers with at least one order. */
  customers: number;
  /** `bins × bins`, recency score 1 … bins as rows, frequency score as columns. */
  cells: { recency: number; frequency: number; customers: number; meanMonetary: number; totalMonetary: number }[];
  /** Upper edges of the bins of each measure, ascending by score. */
  edges: RfmScores['edges'];
  /** Least and greatest value in each bin, ascending by score, for the axis labels; null where no one has the score. */
  ranges: Record<'recencyDays' | 'frequency' | 'monetary', ([low: number, high: number] | null)[]>;
  /** Customers of each triple of scores: that of recency r, frequency f and monetary m at `((r − 1) × bins + f − 1) × bins + m − 1`. */
  triples: number[];
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
  const triples = new Array<number>(bins ** 3).fill(0);
  scores.recency.forEach((recency, i) => {
    const at = (recency - 1) * bins + scores.frequency[i] - 1;
    cells[at].customers++;
    cells[at].totalMonetary += measures.monetary[i];
    triples[at * bins + scores.monetary[i] - 1]++;
  });
  const ranges = {
    recencyDays: rangesOf(measures.recencyDays, scores.recency, bins),
    frequency: rangesOf(measures.frequency, scores.frequency, bins),
    monetary: rangesOf(measures.monetary, scores.monetary, bins),
  };
  for (const cell of cells) {
    // Sums of doubles carry an error in the last places; money has four.
    cell.totalMonetary = Math.round(cell.totalMonetary * 1e4) / 1e4;
    cell.meanMonetary = cell.customers === 0 ? 0 : cell.totalMonetary / cell.customers;
  }
  return { bins, method, customers: measures.userIndexes.length, cells, edges, ranges, triples, warnings: checkRfm(measures, scores) };
}

/** Customers in the cells that some patterns name. */
export function customersIn({ bins, triples }: Pick<RfmGrid, 'bins' | 'triples'>, cells: readonly string[]): number {
  const inCells = cellMatcher(cells);
  return triples.reduce((sum, customers, at) => {
    const [recency, frequency, monetary] = [Math.floor(at / bins / bins), Math.floor(at / bins) % bins, at % bins];
    return inCells(recency + 1, frequency + 1, monetary + 1) ? sum + customers : sum;
  }, 0);
}

function rangesOf(values: Float64Array, scores: Uint8Array, bins: number): ([number, number] | null)[] {
  const ranges = new Array<[number, number] | null>(bins).fill(null);
  values.forEach((value, i) => {
    const [low, high] = ranges[scores[i] - 1] ?? [value, value];
    ranges[scores[i] - 1] = [Math.min(low, value), Math.max(high, value)];
  });
  return ranges;
}
