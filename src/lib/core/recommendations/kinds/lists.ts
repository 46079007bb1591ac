/** Lists of some kind: `rows × size`, best first, -1 where a list has ended. What a row is for depends on the kind. */
export interface KindLists {
  items: Int32Array;
  scores: Float32Array;
}

export function emptyLists(rows: number, size: number): KindLists {
  return { items: new Int32Array(rows * size).fill(-1), scores: new Float32Array(rows * size).fill(-Infinity) };
}

/** Puts an entry into one list where it belongs: higher scores first, equal ones by the lower item. Gives its place, or -1. */
export function placeInto({ items, scores }: KindLists, row: number, size: number, item: number, score: number): number {
  const end = (row + 1) * size;
  let at = end;
  while (at > row * size && (items[at - 1] < 0 || scores[at - 1] < score || (scores[at - 1] === score && items[at - 1] > item))) at--;
  if (at === end) return -1;
  items.copyWithin(at + 1, at, end - 1);
  scores.copyWithin(at + 1, at, end - 1);
  items[at] = item;
  scores[at] = score;
  return at;
}
