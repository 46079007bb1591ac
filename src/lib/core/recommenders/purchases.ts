import { matrixFromPairs, type InteractionMatrix } from '../math/sparseRows';
import type { Sequences } from './trainingData';

/** Who bought what when: a row a customer, an entry an item that they bought, and its purchases. */
export interface Purchases {
  /** Pairs with how often they were bought, at how many different times. */
  pairs: InteractionMatrix;
  /** Times of entry e: `times[starts[e] … starts[e+1]-1]`, microseconds, ascending. */
  starts: Int32Array;
  times: Float64Array;
  /** The last moment of which anything is known. */
  now: number;
}

/** What happened in one moment is one purchase, however many lines it has. */
export function purchasesOf({ rowStarts, items, times }: Sequences, numberOfItems: number): Purchases {
  const users = rowStarts.length - 1;
  const [userOf, itemOf, at]: [number[], number[], number[]] = [[], [], []];
  const lastBought = new Float64Array(numberOfItems).fill(NaN);
  let now = -Infinity;
  for (let user = 0; user < users; user++) {
    lastBought.fill(NaN);
    for (let entry = rowStarts[user]; entry < rowStarts[user + 1]; entry++) {
      const [item, time] = [items[entry], times[entry]];
      now = Math.max(now, time);
      if (lastBought[item] === time) continue;
      lastBought[item] = time;
      userOf.push(user);
      itemOf.push(item);
      at.push(time);
    }
  }
  const pairs = matrixFromPairs(users, numberOfItems, userOf, itemOf);
  const starts = new Int32Array(pairs.columns.length + 1);
  for (let entry = 0; entry < pairs.columns.length; entry++) starts[entry + 1] = starts[entry] + pairs.values[entry];
  const next = starts.slice(0, -1);
  const placed = new Float64Array(at.length);
  const entryOf = new Int32Array(numberOfItems);
  for (let event = 0, user = -1; event < at.length; event++) {
    if (userOf[event] !== user) {
      user = userOf[event];
      for (let entry = pairs.rowStarts[user]; entry < pairs.rowStarts[user + 1]; entry++) entryOf[pairs.columns[entry]] = entry;
    }
    placed[next[entryOf[itemOf[event]]]++] = at[event];
  }
  return { pairs, starts, times: placed, now };
}
