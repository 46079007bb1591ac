/**
 * How much two partitions of the same rows agree beyond chance: 1 the same, about 0 unrelated (Hubert & Arabie 1985).
 * Any whole numbers are labels, −1 as well.
 */
export function adjustedRand(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [rowsOf, columnsOf] = [new Map<number, number>(), new Map<number, number>()];
  const cells = new Map<number, number>();
  const add = (counts: Map<number, number>, key: number) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (let row = 0; row < a.length; row++) {
    add(rowsOf, a[row]);
    add(columnsOf, b[row]);
    add(cells, a[row] * 2 ** 26 + b[row]);
  }
  const [together, inA, inB, all] = [pairs(cells.values()), pairs(rowsOf.values()), pairs(columnsOf.values()), pairs([a.length])];
  const expected = all > 0 ? (inA * inB) / all : 0;
  const most = (inA + inB) / 2;
  // Both have everybody together, or everybody apart.
  return most === expected ? 1 : (together - expected) / (most - expected);
}

function pairs(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += (count * (count - 1)) / 2;
  return sum;
}
