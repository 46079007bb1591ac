/** `again`: the customer had it, and enough days have passed; `filled`: from a later source. The others as `RowReason`. */
export const servedReasons = ['model', 'boosted', 'diverse', 'promoted', 'again', 'filled'] as const;
export type ServedReason = (typeof servedReasons)[number];

/** Why a row had to be filled: the model knows nothing of the customer, or has no more that may be shown. */
export const fillReasons = ['new-customer', 'model-ended'] as const;
export type FillReason = (typeof fillReasons)[number];

/** Lists of `size` rows each, one after the other, best first; the item is -1 where one has ended. */
export interface ServedLists {
  size: number;
  /** Where rows come from, by name: the list's model, those asked after it, `popular`; then `promoted`, no candidate of any. */
  sources: readonly string[];
  items: Int32Array;
  /** The place of each row's source. */
  source: Uint8Array;
  /** The source's own; NaN where a promoted item has none. */
  scores: Float32Array;
  /** What the order of the sources and the boosts make of it, 1 for the first candidate; NaN likewise. */
  finalScores: Float32Array;
  /** The place among {@link servedReasons}. */
  reasons: Uint8Array;
  /** 1 + the place among {@link fillReasons}; 0 where nothing was filled. */
  fills: Uint8Array;
}

export interface ServedRow {
  item: number;
  source: number;
  score: number;
  finalScore: number;
  reason: ServedReason;
  filled: FillReason | null;
}

export function emptyLists(lists: number, size: number, sources: readonly string[]): ServedLists {
  const rows = lists * size;
  return {
    size,
    sources,
    items: new Int32Array(rows).fill(-1),
    source: new Uint8Array(rows),
    scores: new Float32Array(rows),
    finalScores: new Float32Array(rows),
    reasons: new Uint8Array(rows),
    fills: new Uint8Array(rows),
  };
}

/** Puts a row at a place of a list. */
export function putRow(lists: ServedLists, list: number, place: number, row: ServedRow): void {
  const at = list * lists.size + place;
  lists.items[at] = row.item;
  lists.source[at] = row.source;
  lists.scores[at] = row.score;
  lists.finalScores[at] = row.finalScore;
  lists.reasons[at] = servedReasons.indexOf(row.reason);
  lists.fills[at] = row.filled === null ? 0 : 1 + fillReasons.indexOf(row.filled);
}

/** The rows of one list. */
export function rowsOf(lists: ServedLists, list: number): ServedRow[] {
  const rows: ServedRow[] = [];
  for (let at = list * lists.size; at < (list + 1) * lists.size && lists.items[at] >= 0; at++) {
    rows.push({
      item: lists.items[at],
      source: lists.source[at],
      score: lists.scores[at],
      finalScore: lists.finalScores[at],
      reason: servedReasons[lists.reasons[at]],
      filled: lists.fills[at] === 0 ? null : fillReasons[lists.fills[at] - 1],
    });
  }
  return rows;
}

/** How many rows a list has. */
export function lengthOf({ items, size }: Pick<ServedLists, 'items' | 'size'>, list: number): number {
  const end = items.subarray(list * size, (list + 1) * size).indexOf(-1);
  return end < 0 ? size : end;
}

/** Lists one part behind the other; all of the same size and sources. */
export function joinedLists(parts: readonly ServedLists[]): ServedLists {
  const [{ size, sources }] = parts;
  if (parts.length === 1) return parts[0];
  const rows = parts.reduce((sum, { items }) => sum + items.length, 0);
  const joined = emptyLists(rows / size, size, sources);
  let at = 0;
  for (const part of parts) {
    for (const name of ['items', 'source', 'scores', 'finalScores', 'reasons', 'fills'] as const) joined[name].set(part[name], at);
    at += part.items.length;
  }
  return joined;
}
