import { indexesOf, textsOf } from '../core/store/columns';
import type { ItemLine } from '../core/store/itemQueries';
import { remember } from '../core/store/remember';
import { identifier, sql } from '../core/store/sql';
import type { Epoch } from './epoch';

/** Items in words, both ways. */
export interface ItemTexts {
  /** By number; undefined where a number is nobody's. */
  lines: (ItemLine | undefined)[];
  numbers: ReadonlyMap<string, number>;
}

/** Everything that a list says of items, read once: lists that answer while somebody types must not ask the store. */
export async function itemTexts(epoch: Epoch): Promise<ItemTexts> {
  const data = await epoch.data();
  return remember(
    data,
    'item texts',
    async ({ signal }) => {
      const rows = await data.store.query(
        sql`SELECT item_index, item_id, coalesce(title, item_id) AS title, category FROM ${identifier(data.tables.items)}`,
        signal,
      );
      const [ids, titles, categories] = [textsOf(rows, 'item_id'), textsOf(rows, 'title'), textsOf(rows, 'category')];
      const lines = new Array<ItemLine | undefined>(data.items).fill(undefined);
      const numbers = new Map<string, number>();
      indexesOf(rows, 'item_index').forEach((item, row) => {
        lines[item] = { itemId: ids[row]!, title: titles[row]!, category: categories[row] };
        numbers.set(ids[row]!, item);
      });
      return { lines, numbers };
    },
    epoch,
  );
}
