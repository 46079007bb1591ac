import { exactSigmoid } from '../../math/trees/exactExp';
import type { Labels } from '../labels';
import type { LabeledRows } from './learner';

/** Labels as numbers that trees are fitted to. */
export function numbersOf(labels: Labels): Float32Array {
  if (labels.kind !== 'binary' && labels.kind !== 'number') {
    throw new Error(`a learner of yes/no labels and numbers was given labels of the kind "${labels.kind}"`);
  }
  return Float32Array.from(labels.values);
}

/** Their mean, weighted where rows have weights. */
export function meanLabel(labels: Float32Array, weights?: Float32Array): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    const weight = weights ? weights[row] : 1;
    sum += weight * labels[row];
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}

/** Log odds of a rate; of one that is 0 or 1 as if half a row had been the other way. */
export function logOddsOf(rate: number, rows: number): number {
  const least = 0.5 / (rows + 1);
  const bounded = Math.min(1 - least, Math.max(least, rate));
  return Math.log(bounded / (1 - bounded));
}

/** Mean loss of predictions that are log odds, chances or numbers. */
export function meanLoss(
  predicted: Float64Array,
  { labels, weights }: Pick<LabeledRows, 'labels' | 'weights'>,
  scale: 'log-odds' | 'chance' | 'value',
): number {
  const wanted = numbersOf(labels);
  let [sum, total] = [0, 0];
  for (let row = 0; row < wanted.length; row++) {
    if (Number.isNaN(predicted[row])) continue;
    const weight = weights ? weights[row] : 1;
    total += weight;
    if (scale === 'value') sum += (weight * (predicted[row] - wanted[row]) ** 2) / 2;
    else {
      const chance = scale === 'chance' ? predicted[row] : exactSigmoid(predicted[row]);
      const bounded = Math.min(1 - 1e-7, Math.max(1e-7, chance));
      sum -= weight * Math.log(wanted[row] > 0 ? bounded : 1 - bounded);
    }
  }
  return total > 0 ? sum / total : 0;
}
