import { transpose, type InteractionMatrix } from '../../math/sparseRows';
import type { ListMeter } from '../evaluate';

/**
 * `ild@k`: intra-list diversity, the mean over all pairs of the list's first k items of 1 − cosine, where the cosine of
 * two items is |U(i) ∩ U(j)| / √(|U(i)| |U(j)|) over the people of train who have them (Ziegler et al., WWW 2005, with
 * similarity by co-occurrence). 1: nobody has any two of them. A list of one item has no pairs and is left out.
 * @param cutoffs ascending
 */
export function diversityMeter(train: InteractionMatrix, cutoffs: readonly number[]): ListMeter {
  const cosine = cosines(transpose(train));
  return {
    names: cutoffs.map((k) => `ild@${k}`),
    measure(_, list, __, out) {
      let [sum, pairs, length] = [0, 0, 0];
      cutoffs.forEach((k, c) => {
        for (; length < k && list[length] >= 0; length++) {
          for (let other = 0; other < length; other++) sum += 1 - cosine(list[length], list[other]);
          pairs += length;
        }
        out[c] = pairs === 0 ? NaN : sum / pairs;
      });
    },
  };
}

/** Cosines of pairs of items, each computed once: lists share most of theirs. */
function cosines({ users: items, rowStarts, columns }: InteractionMatrix): (a: number, b: number) => number {
  const known = new Map<number, number>();
  return (first, second) => {
    const [a, b] = first < second ? [first, second] : [second, first];
    const key = a * items + b;
    const before = known.get(key);
    if (before !== undefined) return before;
    let [i, j, both] = [rowStarts[a], rowStarts[b], 0];
    while (i < rowStarts[a + 1] && j < rowStarts[b + 1]) {
      const difference = columns[i] - columns[j];
      if (difference === 0) both++;
      if (difference <= 0) i++;
      if (difference >= 0) j++;
    }
    const lengths = (rowStarts[a + 1] - rowStarts[a]) * (rowStarts[b + 1] - rowStarts[b]);
    const value = lengths === 0 ? 0 : both / Math.sqrt(lengths);
    // A Map ends at 2^24 entries.
    if (known.size < 2 ** 23) known.set(key, value);
    return value;
  };
}
