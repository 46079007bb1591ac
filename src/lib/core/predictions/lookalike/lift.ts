import { wilson } from '../../math/intervals';
import type { LiftPoint } from '../report';

/** Shares of people, 1 % to 50 %: what somebody may choose as the size of an audience. */
export const liftSizes: readonly number[] = Array.from({ length: 50 }, (_, i) => (i + 1) / 100);

/**
 * Of the members that were held out, how many lie among the first of all held-out people, beside what chance would give:
 * at each size the hits over the members' share of the size. People with equal scores share their hits evenly, so that
 * the order of ties is worth nothing. The interval is Wilson's (JASA 1927) of the members found, of which chance finds
 * exactly the size's share.
 * @param scores one a held-out person, highest first; -Infinity where nothing is known
 * @param members 1 or 0 of the same people
 */
export function liftCurve(scores: ArrayLike<number>, members: Uint8Array, sizes: readonly number[] = liftSizes): LiftPoint[] {
  const people = members.length;
  const positives = members.reduce((sum, member) => sum + member, 0);
  const order = Int32Array.from(members, (_, i) => i).sort((a, b) => (scores[b] > scores[a] ? 1 : scores[b] < scores[a] ? -1 : a - b));
  // Hits among the first n: whole groups of equal scores, and a share of the one that n cuts.
  const found = new Float64Array(people + 1);
  for (let start = 0; start < people;) {
    let [end, hits] = [start, 0];
    for (; end < people && scores[order[end]] === scores[order[start]]; end++) hits += members[order[end]];
    for (let n = start + 1; n <= end; n++) found[n] = found[start] + (hits * (n - start)) / (end - start);
    start = end;
  }
  return sizes.map((size) => {
    const customers = Math.max(1, Math.round(size * people));
    const share = customers / people;
    const hits = found[customers];
    const [low, high] = wilson(hits / positives, positives);
    return { size, customers, hits, lift: hits / positives / share, low: low / share, high: high / share };
  });
}
