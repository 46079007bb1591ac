import type { RunContext } from '../base/run';
import { transpose, type InteractionMatrix } from '../math/sparseRows';

/**
 * For each item how many customers chose it together with each other item, itself included: calls back with one row of
 * whole numbers at a time, which is overwritten by the next.
 */
export async function eachCooccurrence(
  pairs: InteractionMatrix,
  run: RunContext,
  use: (item: number, together: Float32Array) => void,
): Promise<void> {
  const byItem = transpose(pairs);
  const together = new Float32Array(pairs.items);
  for (let item = 0; item < pairs.items; item++) {
    together.fill(0);
    for (let at = byItem.rowStarts[item]; at < byItem.rowStarts[item + 1]; at++) {
      const user = byItem.columns[at];
      for (let entry = pairs.rowStarts[user]; entry < pairs.rowStarts[user + 1]; entry++) together[pairs.columns[entry]]++;
    }
    use(item, together);
    await run.breathe();
  }
}

/** Additions that it takes, roughly: as if customers were alike, times three for those who are not. */
export function cooccurrenceOperations({ users, pairs }: { users: number; pairs: number }): number {
  return (3 * pairs * pairs) / Math.max(1, users);
}
