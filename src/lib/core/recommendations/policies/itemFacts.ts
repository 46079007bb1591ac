import { readKeptColumns, keptType } from '../../measures/kept';
import { indexesOf, numbersOf, textsOf } from '../../store/columns';
import type { DataScope } from '../../store/dataScope';
import { remember } from '../../store/remember';
import { identifier, sql } from '../../store/sql';

/** `labels[codes[item]]`; -1 where it is not known. */
export interface ItemLabels {
  codes: Int32Array;
  labels: readonly string[];
}

/** What policies go by, by the numbers of items. A number that belongs to nobody any more has the id ''. */
export interface ItemFacts {
  ids: readonly string[];
  titles: readonly (string | null)[];
  /** Whole paths. */
  category: ItemLabels;
  brand: ItemLabels;
  /** NaN where it is not known. */
  price: Float64Array;
  cost: Float64Array;
  stock: Float64Array;
  /** Days since 1970 on which it was new: as the file has it, else the first day on which somebody met it. */
  newOn: Float64Array;
}

/** Between the levels of a category. */
export const pathSeparator = ' / ';

export function readItemFacts(scope: DataScope & { items: number }): Promise<ItemFacts> {
  return remember(scope, 'item facts', async ({ signal }) => {
    const { store, tables, asOf, items } = scope;
    const kept = await readKeptColumns(scope);
    const number = (name: string) => (keptType(kept, `item.${name}`) === 'number' ? sql`${identifier(name)}::DOUBLE` : sql`NULL::DOUBLE`);
    const created = keptType(kept, 'item.created_at') ? sql`try_cast(created_at::VARCHAR AS DATE)` : sql`NULL::DATE`;
    const rows = await store.query(
      sql`SELECT item_index, item_id, title, category, brand, price::DOUBLE AS price, ${number('cost')} AS cost, ${number('stock')} AS stock,
          (coalesce(${created}, met) - DATE '1970-01-01')::DOUBLE AS new_on
        FROM ${identifier(tables.items)} LEFT JOIN (
          SELECT item_index, min(local_ts)::DATE AS met FROM ${identifier(tables.events)} WHERE local_ts < ${asOf}::TIMESTAMP GROUP BY item_index
        ) USING (item_index)`,
      signal,
    );
    const numbers = indexesOf(rows, 'item_index');
    const placed = <T>(values: readonly T[], none: T): T[] => {
      const all = new Array<T>(items).fill(none);
      numbers.forEach((item, row) => (all[item] = values[row]));
      return all;
    };
    const figures = (name: string) => Float64Array.from(placed([...numbersOf(rows, name)], NaN));
    return {
      ids: placed(textsOf(rows, 'item_id'), '').map((id) => id ?? ''),
      titles: placed(textsOf(rows, 'title'), null),
      category: labelled(placed(textsOf(rows, 'category'), null)),
      brand: labelled(placed(textsOf(rows, 'brand'), null)),
      price: figures('price'),
      cost: figures('cost'),
      stock: figures('stock'),
      newOn: figures('new_on'),
    };
  });
}

/** Codes in the order in which labels first come. */
export function labelled(texts: readonly (string | null)[]): ItemLabels {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    if (text === null) return -1;
    const known = codeOf.get(text) ?? codeOf.size;
    codeOf.set(text, known);
    return known;
  });
  return { codes, labels: [...codeOf.keys()] };
}

/** Whether a category is the one named or lies below it. */
export function isWithin(category: string, path: string): boolean {
  return category === path || category.startsWith(path + pathSeparator);
}
