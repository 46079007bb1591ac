import type { FileTable } from '$lib/work/operations/files';

/**
 * Tables that become one source together: the same columns in the same format, such as one file for each month.
 * Groups stand in the order of their first table.
 */
export function groupTables(tables: readonly FileTable[]): FileTable[][] {
  const groups = new Map<string, FileTable[]>();
  for (const table of tables) {
    // Sheets have names of their own, which a mapping can say only one of.
    const key = JSON.stringify([table.format, table.sheet ?? '', table.columns]);
    const group = groups.get(key);
    if (group) group.push(table);
    else groups.set(key, [table]);
  }
  return [...groups.values()];
}

/**
 * What a source of these files is called: the name of the one, or what the names of several begin with alike
 * (`orders-2026-01.csv`, `orders-2026-02.csv` → `orders`).
 */
export function sourceNameOf(names: readonly string[]): string {
  const [first = '', ...rest] = names.map((name) =>
    (name.split('/').at(-1) ?? name).replace(/\.xls[xmb]? · /i, ' ').replace(/(\.[a-z]\w{0,7}){1,2}$/i, ''),
  );
  if (rest.length === 0) return first;
  let length = 0;
  while (length < first.length && rest.every((name) => name[length] === first[length])) length++;
  const common = first
    .slice(0, length)
    .replace(/[\s\d._()-]+$/, '')
    .trim();
  return common.length >= 3 ? common : first;
}
