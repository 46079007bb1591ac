/**
 * Ranking metrics of one user. L is the recommended list, R the relevant (test) items, k the cut-off; hits@k are the
 * relevant items among the first k of L.
 *
 * | metric      | value                                                                     |
 * |-------------|---------------------------------------------------------------------------|
 * | recall@k    | hits / |R|                                                                |
 * | precision@k | hits / k                                                                  |
 * | f1@k        | 2 hits / (k + |R|), the harmonic mean of the two above                    |
 * | map@k       | Σ over relevant ranks j ≤ k of hits@j / j, divided by min(|R|, k)         |
 * | ndcg@k      | Σ over relevant ranks j ≤ k of 1 / log2(j + 1), over its best value       |
 * | hr@k        | 1 where there is a hit, else 0                                            |
 * | mrr         | 1 / rank of the first relevant item of L, 0 where there is none           |
 *
 * An empty list gives 0 for all of them. `mrr` looks at the longest list, that of the largest cut-off.
 */
export const metricsAtCutoff = ['recall', 'precision', 'f1', 'map', 'ndcg', 'hr'] as const;

/** The names in the order in which {@link measureList} writes them. */
export function metricNames(cutoffs: readonly number[]): string[] {
  return [...cutoffs.flatMap((k) => metricsAtCutoff.map((name) => `${name}@${k}`)), 'mrr'];
}

/**
 * Writes one user's metrics into `out`, in the order of {@link metricNames}.
 * @param list item indexes, best first, -1 where the list has ended
 * @param relevant item indexes, ascending, at least one
 * @param cutoffs ascending
 */
export function measureList(list: Int32Array, relevant: Int32Array, cutoffs: readonly number[], out: Float64Array): void {
  let hits = 0;
  let precisions = 0;
  let gain = 0;
  let firstHit = 0;
  let rank = 0;
  let at = 0;
  for (const k of cutoffs) {
    for (; rank < k && rank < list.length && list[rank] >= 0; rank++) {
      if (!includes(relevant, list[rank])) continue;
      hits++;
      precisions += hits / (rank + 1);
      gain += 1 / Math.log2(rank + 2);
      if (firstHit === 0) firstHit = rank + 1;
    }
    const reachable = Math.min(relevant.length, k);
    out[at++] = hits / relevant.length;
    out[at++] = hits / k;
    out[at++] = (2 * hits) / (k + relevant.length);
    out[at++] = precisions / reachable;
    out[at++] = gain / bestGain(reachable);
    out[at++] = hits > 0 ? 1 : 0;
  }
  out[at] = firstHit > 0 ? 1 / firstHit : 0;
}

function includes(sorted: Int32Array, item: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < item) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === item;
}

/** The gain of a list that begins with `hits` relevant items. */
export function bestGain(hits: number): number {
  let gain = 0;
  for (let rank = 0; rank < hits; rank++) gain += 1 / Math.log2(rank + 2);
  return gain;
}
