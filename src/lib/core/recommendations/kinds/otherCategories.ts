import type { InteractionMatrix } from '../../math/sparseRows';

/**
 * What a cross-sell leaves out of some people's lists: everything in a category that they have something of, everything
 * without a category, and what is left out anyway. Rows of other people are empty.
 */
export function categoriesTaken(
  users: Int32Array,
  {
    owned,
    exclude,
    categories,
  }: { owned: InteractionMatrix; exclude?: InteractionMatrix; categories: { codes: Int32Array; names: readonly string[] } },
): InteractionMatrix {
  const { codes, names } = categories;
  const isAsked = new Uint8Array(owned.users);
  for (const user of users) isAsked[user] = 1;
  const taken = new Uint8Array(names.length);
  const out = new Uint8Array(owned.items);
  const rowStarts = new Int32Array(owned.users + 1);
  const columns: number[] = [];
  for (let user = 0; user < owned.users; user++) {
    if (isAsked[user] === 1) {
      taken.fill(0);
      out.fill(0);
      const own = owned.columns.subarray(owned.rowStarts[user], owned.rowStarts[user + 1]);
      for (const item of own) if (codes[item] >= 0) taken[codes[item]] = 1;
      if (exclude) for (const item of exclude.columns.subarray(exclude.rowStarts[user], exclude.rowStarts[user + 1])) out[item] = 1;
      for (let item = 0; item < owned.items; item++) if (out[item] === 1 || codes[item] < 0 || taken[codes[item]] === 1) columns.push(item);
    }
    rowStarts[user + 1] = columns.length;
  }
  const filled = Int32Array.from(columns);
  return { users: owned.users, items: owned.items, rowStarts, columns: filled, values: new Float32Array(filled.length).fill(1) };
}
