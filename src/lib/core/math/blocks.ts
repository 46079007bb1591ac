/**
 * Cuts rows into runs of about equal cost: `starts[b] … starts[b+1]-1` is block b. The cut depends on the costs alone,
 * never on the number of threads.
 */
export function blocksOfCost(rows: number, costOfRow: (row: number) => number, costOfBlock: number): Int32Array {
  const starts = [0];
  let cost = 0;
  for (let row = 0; row < rows; row++) {
    cost += costOfRow(row);
    if (cost >= costOfBlock || row === rows - 1) {
      starts.push(row + 1);
      cost = 0;
    }
  }
  return Int32Array.from(starts);
}

/** At most `most` blocks of equal size, and no block smaller than `least` rows but the last. */
export function equalBlocks(rows: number, most: number, least: number): Int32Array {
  const size = Math.max(least, Math.ceil(rows / most));
  return blocksOfCost(rows, () => 1, size);
}
