import { midRanks } from './ranks';

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

/**
 * How well scores rank (AUC, average precision) and how well probabilities fit (log loss, Brier). `labels` are 0 or 1,
 * one for each score. Ties are treated as scikit-learn treats them: half a win for AUC, one threshold for precision.
 */
export function auc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const ranks = midRanks(scores);
  let [positives, rankSum] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 1) continue;
    positives++;
    rankSum += ranks[i];
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

/** Average precision, Σ (Rₙ − Rₙ₋₁) Pₙ over the thresholds: the area under the precision–recall steps. */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = ascending(scores).reverse();
  const positives = countOf(labels);
  let [hits, area] = [0, 0];
  for (let start = 0; start < order.length;) {
    let [end, found] = [start, 0];
    for (; end < order.length && scores[order[end]] === scores[order[start]]; end++) found += labels[order[end]];
    hits += found;
    area += (found / positives) * (hits / end);
    start = end;
  }
  return area;
}

/** Mean negative log likelihood; a probability of exactly 0 or 1 is taken as 2⁻⁵² away from it. */
export function logLoss(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const p = Math.min(Math.max(probabilities[i], Number.EPSILON), 1 - Number.EPSILON);
    total -= labels[i] === 1 ? Math.log(p) : Math.log1p(-p);
  }
  return total / labels.length;
}

/** Mean squared difference of probability and outcome. */
export function brier(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < labels.length; i++) total += (probabilities[i] - labels[i]) ** 2;
  return total / labels.length;
}

/** Bins of equally many customers by ascending probability, ties by position; earlier bins take the remainder. */
export function calibrationBins(probabilities: ArrayLike<number>, labels: ArrayLike<number>, bins = 10): CalibrationBin[] {
  return equalParts(ascending(probabilities), bins).map((part) => {
    let [predicted, observed] = [0, 0];
    for (const i of part) {
      predicted += probabilities[i];
      observed += labels[i];
    }
    return { predicted: predicted / part.length, observed: observed / part.length, customers: part.length };
  });
}

/** Expected calibration error: how far predicted and observed lie apart, averaged over the bins' customers. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const customers = bins.reduce((sum, bin) => sum + bin.customers, 0);
  return bins.reduce((sum, bin) => sum + Math.abs(bin.predicted - bin.observed) * bin.customers, 0) / customers;
}

/** Tenths of the customers from the highest score down, ties by position, beside the same tenths of a baseline's order. */
export function liftByDecile(scores: ArrayLike<number>, baseline: ArrayLike<number>, labels: ArrayLike<number>): LiftDecile[] {
  const overall = countOf(labels) / labels.length;
  const [ours, theirs] = [scores, baseline].map((values) => equalParts(descending(values), 10));
  const positivesIn = (part: Int32Array) => part.reduce((sum, i) => sum + labels[i], 0);
  return ours.map((part, i) => {
    const [positives, baselinePositives] = [positivesIn(part), positivesIn(theirs[i])];
    return {
      decile: i + 1,
      customers: part.length,
      positives,
      lift: positives / part.length / overall,
      baselinePositives,
      baselineLift: baselinePositives / part.length / overall,
    };
  });
}

function countOf(labels: ArrayLike<number>): number {
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i];
  return positives;
}

/** Infinite scores are allowed, so values are compared, not subtracted. */
function ascending(values: ArrayLike<number>): Int32Array {
  return indexes(values).sort((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : a - b));
}

function descending(values: ArrayLike<number>): Int32Array {
  return indexes(values).sort((a, b) => (values[a] > values[b] ? -1 : values[a] < values[b] ? 1 : a - b));
}

function indexes(values: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: values.length }, (_, i) => i);
}

/** As numpy.array_split does; parts that would be empty are left out. */
function equalParts(order: Int32Array, parts: number): Int32Array[] {
  const [size, rest] = [Math.floor(order.length / parts), order.length % parts];
  const startOf = (part: number) => part * size + Math.min(part, rest);
  return Array.from({ length: parts }, (_, part) => order.subarray(startOf(part), startOf(part + 1))).filter(({ length }) => length > 0);
}
