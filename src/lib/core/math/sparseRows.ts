/**
 * Who did something with what, as a compressed sparse row matrix over the dense indexes: row u holds
 * `columns[rowStarts[u] … rowStarts[u+1]-1]`, ascending, with one `values` entry each.
 */
export interface InteractionMatrix {
  users: number;
  items: number;
  /** users + 1 entries. */
  rowStarts: Int32Array;
  columns: Int32Array;
  /** Strength of each pair (count, or summed weights); 1 for plain implicit data. */
  values: Float32Array;
}

/** Builds rows from pairs; pairs that occur more than once are summed. */
export function matrixFromPairs(
  users: number,
  items: number,
  userOfPair: ArrayLike<number>,
  itemOfPair: ArrayLike<number>,
  valueOfPair?: ArrayLike<number>,
): InteractionMatrix {
  const pairs = userOfPair.length;
  const starts = new Int32Array(users + 1);
  for (let p = 0; p < pairs; p++) starts[userOfPair[p] + 1]++;
  for (let u = 0; u < users; u++) starts[u + 1] += starts[u];
  const next = starts.slice(0, users);
  const sortedItems = new Int32Array(pairs);
  const sortedValues = new Float32Array(pairs);
  for (let p = 0; p < pairs; p++) {
    const at = next[userOfPair[p]]++;
    sortedItems[at] = itemOfPair[p];
    sortedValues[at] = valueOfPair ? valueOfPair[p] : 1;
  }
  return mergeRows({ users, items, rowStarts: starts, columns: sortedItems, values: sortedValues });
}

/** The same pairs with items as rows. */
export function transpose(matrix: InteractionMatrix): InteractionMatrix {
  return matrixFromPairs(matrix.items, matrix.users, matrix.columns, userOfEntries(matrix), matrix.values);
}

/** The row of each entry. */
export function userOfEntries({ users, rowStarts, columns }: InteractionMatrix): Int32Array {
  const userOf = new Int32Array(columns.length);
  for (let u = 0; u < users; u++) userOf.fill(u, rowStarts[u], rowStarts[u + 1]);
  return userOf;
}

/** The same rows with some of their entries, which are asked for in order. */
export function someEntries(matrix: InteractionMatrix, isKept: (entry: number, user: number) => boolean): InteractionMatrix {
  const rowStarts = new Int32Array(matrix.users + 1);
  const kept: number[] = [];
  for (let user = 0; user < matrix.users; user++) {
    for (let entry = matrix.rowStarts[user]; entry < matrix.rowStarts[user + 1]; entry++) if (isKept(entry, user)) kept.push(entry);
    rowStarts[user + 1] = kept.length;
  }
  const at = Int32Array.from(kept);
  return {
    ...matrix,
    rowStarts,
    columns: at.map((entry) => matrix.columns[entry]),
    values: Float32Array.from(at, (entry) => matrix.values[entry]),
  };
}

function mergeRows(raw: InteractionMatrix): InteractionMatrix {
  const rowStarts = new Int32Array(raw.users + 1);
  const columns = new Int32Array(raw.columns.length);
  const values = new Float32Array(raw.columns.length);
  let at = 0;
  for (let u = 0; u < raw.users; u++) {
    const order = entriesByColumn(raw.columns, raw.rowStarts[u], raw.rowStarts[u + 1]);
    const rowStart = at;
    for (const entry of order) {
      if (at > rowStart && columns[at - 1] === raw.columns[entry]) values[at - 1] += raw.values[entry];
      else {
        columns[at] = raw.columns[entry];
        values[at++] = raw.values[entry];
      }
    }
    rowStarts[u + 1] = at;
  }
  return { users: raw.users, items: raw.items, rowStarts, columns: columns.slice(0, at), values: values.slice(0, at) };
}

/** The entries of a row in ascending order of columns; equal columns keep the order in which they were given. */
function entriesByColumn(columns: Int32Array, from: number, to: number): Int32Array {
  const entries = Int32Array.from({ length: to - from }, (_, i) => from + i);
  for (let entry = from + 1; entry < to; entry++) {
    // Most rows come sorted already, those of a transposed matrix always.
    if (columns[entry - 1] > columns[entry]) return entries.sort((a, b) => columns[a] - columns[b] || a - b);
  }
  return entries;
}
