import { bestGain } from '../metrics';
import type { ListMeter } from '../evaluate';

/** What a definition is made of, of one list cut at k. */
interface Counts {
  k: number;
  /** Items of the list, at most k. */
  listed: number;
  /** |R|. */
  relevant: number;
  hits: number;
  /** Σ over relevant ranks j of hits@j / j. */
  precisions: number;
  /** Σ over relevant ranks j of 1 / log2(j + 1). */
  gain: number;
  /** Σ over relevant ranks j of 1 / log2(max(j, 2)): the discount of Järvelin & Kekäläinen 2002. */
  clippedGain: number;
  /** Rank of the first hit, 0 where there is none. */
  first: number;
  /** Σ over misses among the first k places (empty ones, too) of the hits before them. */
  hitsBeforeMisses: number;
  items: number;
}

type Definition = Record<string, (counts: Counts) => number>;

const ndcg = ({ gain, relevant, k }: Counts) => gain / bestGain(Math.min(relevant, k));
const clippedNdcg = ({ clippedGain, relevant, k }: Counts) => clippedGain / bestClippedGain(Math.min(relevant, k));
const reciprocal = ({ first }: Counts) => (first === 0 ? 0 : 1 / first);
const isHit = ({ hits }: Counts) => (hits > 0 ? 1 : 0);

/**
 * What other libraries call by the same names, over the same lists. NaN leaves a user out of the mean. Where a column
 * of `docs/metrics.md` says the same as ours it is here all the same, so that one set is complete.
 * Checked against the libraries themselves by `scripts/reference/metric_definitions.py`.
 */
const definitions = {
  recbole: {
    precision: ({ hits, k }) => hits / k,
    recall: ({ hits, relevant }) => hits / relevant,
    map: ({ precisions, relevant, k }) => precisions / Math.min(relevant, k),
    mrr: reciprocal,
    ndcg,
    hit: isHit,
  },
  lenskit: {
    precision: ({ hits, listed }) => hits / listed,
    recall: ({ hits, relevant, k }) => hits / Math.min(relevant, k),
    map: ({ precisions, relevant, listed }) => precisions / Math.min(relevant, listed),
    mrr: reciprocal,
    // Its first two places weigh the same.
    ndcg: clippedNdcg,
    hit: isHit,
  },
  ranx: {
    precision: ({ hits, k }) => hits / k,
    recall: ({ hits, relevant }) => hits / relevant,
    map: ({ precisions, relevant }) => precisions / relevant,
    mrr: reciprocal,
    ndcg,
    hit_rate: isHit,
  },
  recommenders: {
    precision: ({ hits, k, listed }) => (listed === 0 ? NaN : hits / k),
    recall: ({ hits, relevant, listed }) => (listed === 0 ? NaN : hits / relevant),
    map: ({ precisions, relevant, listed }) => (listed === 0 ? NaN : precisions / relevant),
    map_at_k: ({ precisions, relevant, k, listed }) => (listed === 0 ? NaN : precisions / Math.min(relevant, k)),
    // Unlike the others it counts who has no list as zero.
    ndcg,
  },
  // Its precision is a ratio of sums over all users: see totals below.
  implicit: {
    map: ({ precisions, relevant, k }) => precisions / Math.min(relevant, k),
    ndcg,
    auc: ({ hits, hitsBeforeMisses, relevant, k, items }) => {
      const negatives = items - relevant;
      return (hitsBeforeMisses + ((hits + relevant) / 2) * (negatives - (k - hits))) / (relevant * negatives);
    },
  },
} satisfies Record<string, Definition>;

export type DefinitionName = keyof typeof definitions;
export const definitionNames = Object.keys(definitions) as DefinitionName[];

/** Measures lists as another library does; names are `lenskit/recall@10` … `items` is the size of the catalogue. */
export function definitionMeter(name: DefinitionName, items: number, cutoffs: readonly number[]): ListMeter {
  const definition: Definition = definitions[name];
  const metrics = Object.entries(definition);
  const sums = cutoffs.map(() => ({ hits: 0, reachable: 0 }));
  return {
    names: cutoffs.flatMap((k) => metrics.map(([metric]) => `${name}/${metric}@${k}`)),
    measure(_, list, relevant, out) {
      const wanted = new Set(relevant);
      cutoffs.forEach((k, c) => {
        const counts = countsOf(list, wanted, k, items);
        metrics.forEach(([, value], m) => (out[c * metrics.length + m] = value(counts)));
        sums[c].hits += counts.hits;
        sums[c].reachable += Math.min(k, counts.relevant);
      });
    },
    totals: () =>
      name === 'implicit' ? Object.fromEntries(cutoffs.map((k, c) => [`implicit/precision@${k}`, sums[c].hits / sums[c].reachable])) : {},
  };
}

function countsOf(list: Int32Array, wanted: ReadonlySet<number>, k: number, items: number): Counts {
  const counts = {
    k,
    listed: 0,
    relevant: wanted.size,
    hits: 0,
    precisions: 0,
    gain: 0,
    clippedGain: 0,
    first: 0,
    hitsBeforeMisses: 0,
    items,
  };
  for (let rank = 0; rank < k; rank++) {
    const item = rank < list.length ? list[rank] : -1;
    if (item >= 0) counts.listed++;
    if (item < 0 || !wanted.has(item)) {
      counts.hitsBeforeMisses += counts.hits;
      continue;
    }
    counts.hits++;
    counts.precisions += counts.hits / (rank + 1);
    counts.gain += 1 / Math.log2(rank + 2);
    counts.clippedGain += clippedWeight(rank);
    if (counts.first === 0) counts.first = rank + 1;
  }
  return counts;
}

const clippedWeight = (rank: number): number => 1 / Math.log2(Math.max(rank + 1, 2));

function bestClippedGain(hits: number): number {
  let gain = 0;
  for (let rank = 0; rank < hits; rank++) gain += clippedWeight(rank);
  return gain;
}
