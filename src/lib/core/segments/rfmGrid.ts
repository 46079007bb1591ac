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
  /** Least and greatest value in each bin, ascending by score, for the axis labels; null where no one has the score. */
  ranges: Record<'recencyDays' | 'frequency' | 'monetary', ([low: number, high: number] | null)[]>;
  /** Customers of each triple of scores: that of recency r, frequency f and monetary m at `((r − 1) × bins + f − 1) × bins + m − 1`. */
  triples: number[];
  /** Money of the same. */
  tripleMonetary: number[];
  warnings: RfmWarning[];
}

export function rfmGrid(measures: RfmMeasures, scores: RfmScores): RfmGrid {
  const { bins, method } = scores;
  const cells = Array.from({ length: bins * bins }, (_, i) => ({
    recency: Math.floor(i / bins) + 1,
    frequency: (i % bins) + 1,
    customers: 0,
    meanMonetary: 0,
    totalMonetary: 0,
  }));
  const triples = new Array<number>(bins ** 3).fill(0);
  const tripleMonetary = new Array<number>(bins ** 3).fill(0);
  scores.recency.forEach((recency, i) => {
    const at = (recency - 1) * bins + scores.frequency[i] - 1;
    cells[at].customers++;
    cells[at].totalMonetary += measures.monetary[i];
    const triple = at * bins + scores.monetary[i] - 1;
    triples[triple]++;
    tripleMonetary[triple] += measures.monetary[i];
  });
  const ranges = {
    recencyDays: rangesOf(measures.recencyDays, scores.recency, bins),
    frequency: rangesOf(measures.frequency, scores.frequency, bins),
    monetary: rangesOf(measures.monetary, scores.monetary, bins),
  };
  for (const cell of cells) {
    // Sums of doubles carry an error in the last places; money has four.
    cell.totalMonetary = inFourPlaces(cell.totalMonetary);
    cell.meanMonetary = cell.customers === 0 ? 0 : cell.totalMonetary / cell.customers;
  }
  return {
    bins,
    method,
    customers: measures.userIndexes.length,
    cells,
    ranges,
    triples,
    tripleMonetary: tripleMonetary.map(inFourPlaces),
    warnings: checkRfm(measures, scores),
  };
}

const inFourPlaces = (money: number) => Math.round(money * 1e4) / 1e4;

/** Customers in the cells that some patterns name. */
export function customersIn({ bins, triples }: Pick<RfmGrid, 'bins' | 'triples'>, cells: readonly string[]): number {
  return sumIn(bins, triples, cells);
}

/** Their money. */
export function monetaryIn({ bins, tripleMonetary }: Pick<RfmGrid, 'bins' | 'tripleMonetary'>, cells: readonly string[]): number {
  return inFourPlaces(sumIn(bins, tripleMonetary, cells));
}

function sumIn(bins: number, ofTriples: readonly number[], cells: readonly string[]): number {
  const inCells = cellMatcher(cells);
  return ofTriples.reduce((sum, figure, at) => {
    const [recency, frequency, monetary] = [Math.floor(at / bins / bins), Math.floor(at / bins) % bins, at % bins];
    return inCells(recency + 1, frequency + 1, monetary + 1) ? sum + figure : sum;
  }, 0);
}

function rangesOf(values: Float64Array, scores: Uint8Array, bins: number): ([number, number] | null)[] {
  const low = new Float64Array(bins).fill(Infinity);
  const high = new Float64Array(bins).fill(-Infinity);
  for (let i = 0; i < values.length; i++) {
    const at = scores[i] - 1;
    if (values[i] < low[at]) low[at] = values[i];
    if (values[i] > high[at]) high[at] = values[i];
  }
  return Array.from(low, (least, at) => (least === Infinity ? null : [least, high[at]]));
}
