import { identifier, join, sql } from '../../sql';
import { noOptions, stepKind } from './stepKind';

/** Events of items that no file about items knows; nothing where there is no such file. */
export const dropItemsUnknown = stepKind('drop-items-unknown', noOptions, (_options, { itemTables }) => {
  if (itemTables.length === 0) return null;
  const known = join(
    itemTables.map((table) => sql`SELECT number FROM ${identifier(table)}`),
    ' UNION ALL ',
  );
  return sql`SELECT part_no, row_no FROM live WHERE item_index >= 0 AND item_index NOT IN (${known})`;
});
