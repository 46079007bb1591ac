import type { Random } from '../base/random';
import type { Labels } from './labels';

/**
 * The fold (0 … folds − 1) of each row: rows are dealt out in random order, those of each class by themselves, so that
 * every fold has its share of them. Numbers are dealt out in one deal.
 */
export function randomFolds(labels: Labels & { kind: 'binary' | 'number' }, folds: number, random: Random): Int32Array {
  const foldOf = new Int32Array(labels.values.length);
  let dealt = 0;
  for (const kind of labels.kind === 'binary' ? [1, 0] : [null]) {
    const rows = rowsWhere(foldOf.length, (row) => kind === null || labels.values[row] === kind);
    for (const row of random.shuffle(rows)) foldOf[row] = dealt++ % folds;
  }
  return foldOf;
}

export function rowsWhere(rows: number, is: (row: number) => boolean): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row).filter(is);
}
