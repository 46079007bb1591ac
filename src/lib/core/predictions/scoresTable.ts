import type { TableStore } from '../store/tableStore';

/** A column that is written as text: the whole number in it, or the word in its place. */
export interface TextOutput {
  column: string;
  words?: readonly string[];
}

/**
 * Writes a model's outputs as a table of their own, keyed by person number: `user_index` and a DOUBLE column for each
 * output. People without any value have no row.
 * @param texts columns that are written as text
 * @param outputs by column; `users` entries each, NaN where nothing is known
 */
export async function putScores(
  store: TableStore,
  table: string,
  outputs: Readonly<Record<string, Float32Array | Float64Array>>,
  texts: readonly TextOutput[] = [],
): Promise<void> {
  const [{ makeTable }, { textColumn }] = await Promise.all([import('apache-arrow'), import('../store/textColumn')]);
  const columns = Object.entries(outputs);
  const columnOf = (name: string, values: Float32Array | Float64Array) => {
    const text = texts.find(({ column }) => column === name);
    const wordOf = (value: number) => (Number.isNaN(value) ? null : (text!.words?.[value] ?? String(value)));
    return text ? textColumn(users.map((user) => wordOf(values[user]))) : Float64Array.from(users, (user) => values[user]);
  };
  const users: number[] = [];
  for (let user = 0; user < columns[0][1].length; user++) if (columns.some(([, values]) => !Number.isNaN(values[user]))) users.push(user);
  await store.putTable(
    table,
    makeTable({
      user_index: Int32Array.from(users),
      ...Object.fromEntries(columns.map(([name, values]) => [name, columnOf(name, values)])),
    }),
  );
}
