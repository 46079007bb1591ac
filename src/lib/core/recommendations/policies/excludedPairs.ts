import { matrixFromPairs, someEntries, userOfEntries, type InteractionMatrix } from '../../math/sparseRows';
import { isWithin, type ItemFacts } from './itemFacts';
import type { ListPolicies } from './schema';

/** What customers have, by row, and for each entry the days since they last did something that counts as having it. */
export interface HeldPairs {
  pairs: InteractionMatrix;
  daysSince: Int32Array;
}

/** The same without what may come again: the rule with the longest path that names the item's category says after how many days. */
export function withoutRepurchases(
  { pairs, daysSince }: HeldPairs,
  rules: NonNullable<ListPolicies['repurchase']>,
  { category }: Pick<ItemFacts, 'category'>,
): InteractionMatrix {
  const afterOf = (label: string | null): number => {
    const fitting = rules.filter((rule) => rule.category === undefined || (label !== null && isWithin(label, rule.category)));
    fitting.sort((a, b) => (b.category ?? '').length - (a.category ?? '').length);
    return fitting[0]?.afterDays ?? Infinity;
  };
  const afterOfLabel = category.labels.map(afterOf);
  const afterElse = afterOf(null);
  return someEntries(pairs, (entry) => {
    const code = category.codes[pairs.columns[entry]];
    return daysSince[entry] < (code < 0 ? afterElse : afterOfLabel[code]);
  });
}

/** The pairs with single items hidden from single customers; ids that nobody has are passed over. */
export function withHiddenPairs(
  pairs: InteractionMatrix,
  hidden: readonly { user: string; item: string }[],
  { userIds, itemIds }: { userIds: readonly string[]; itemIds: readonly string[] },
): InteractionMatrix {
  const numberOf = (ids: readonly string[]) => new Map(ids.map((id, number) => [id, number]));
  const [users, items] = [numberOf(userIds), numberOf(itemIds)];
  const known = hidden.flatMap(({ user, item }) => {
    const [u, i] = [users.get(user), items.get(item)];
    return u === undefined || i === undefined ? [] : [[u, i] as const];
  });
  if (known.length === 0) return pairs;
  return matrixFromPairs(
    pairs.users,
    pairs.items,
    [...userOfEntries(pairs), ...known.map(([u]) => u)],
    [...pairs.columns, ...known.map(([, i]) => i)],
  );
}

/** Whether a row has an item; columns ascend. */
export function hasPair({ rowStarts, columns }: InteractionMatrix, user: number, item: number): boolean {
  let [low, high] = [rowStarts[user], rowStarts[user + 1]];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns[middle] < item) low = middle + 1;
    else high = middle;
  }
  return low < rowStarts[user + 1] && columns[low] === item;
}

/** Nobody has anything. */
export function noPairs(users: number, items: number): InteractionMatrix {
  return { users, items, rowStarts: new Int32Array(users + 1), columns: new Int32Array(0), values: new Float32Array(0) };
}
