import { identifier, sql, type Sql } from '../store/sql';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { cellsOf } from './page';
import { isKept, keptPlace, keptType, readKeptColumns, type KeptProperty } from '../measures/kept';
import type { TextProperty } from '../measures/measure';

/** A choice for the rule builder: what the rule holds, what the person reads, and how many events have it. */
export interface EventValue {
  value: string;
  label: string;
  count: number;
}

/** Between the levels of a category path. */
const pathSeparator = ' / ';

/**
 * Values of an event property (`event` for the event's name) before asOf that contain the search text in any case,
 * most frequent first. Every level of a category path is a value of its own and counts all below it. A kept property that
 * the data lacks has none.
 */
export async function readEventValues(
  scope: DataScope,
  property: TextProperty | KeptProperty | 'event',
  search: string,
  limit: number,
  signal?: AbortSignal,
): Promise<EventValue[]> {
  if (isKept(property) && keptType(await readKeptColumns(scope), property) === undefined) return [];
  const values = await remember(scope, `event values ${property}`, async () => {
    const rows = cellsOf(await scope.store.query(valuesQuery(property, scope), signal));
    const found = rows.map(([value, label, count]) => ({ value: String(value), label: String(label), count: Number(count) }));
    return property === 'category' ? withParents(found) : found;
  });
  const wanted = search.trim().toLowerCase();
  const matching = values.filter(({ value, label }) => value.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted));
  return matching.slice(0, limit);
}

function valuesQuery(property: TextProperty | KeptProperty | 'event', { tables, asOf }: DataScope): Sql {
  const [events, items] = [identifier(tables.events), identifier(tables.items)];
  const seen = sql`local_ts < ${asOf}::TIMESTAMP`;
  const perItem = sql`(SELECT item_index, count(*) AS n FROM ${events} WHERE ${seen} AND item_index >= 0 GROUP BY item_index)`;
  if (isKept(property)) {
    const place = keptPlace(property);
    const column = sql`${identifier(place.column)}::VARCHAR`;
    return place.table === 'event'
      ? sql`SELECT ${column} AS v, v, count(*) AS n FROM ${events} WHERE ${seen} AND v IS NOT NULL GROUP BY v ORDER BY n DESC, v`
      : sql`SELECT ${column} AS v, v, sum(n)::BIGINT AS n FROM ${perItem} JOIN ${items} USING (item_index) WHERE v IS NOT NULL
        GROUP BY v ORDER BY n DESC, v`;
  }
  switch (property) {
    case 'item':
      return sql`SELECT item_id, coalesce(title, item_id), n FROM ${perItem} JOIN ${items} USING (item_index) ORDER BY n DESC, item_id`;
    case 'category':
    case 'brand': {
      const column = identifier(property);
      return sql`SELECT ${column} AS v, ${column}, sum(n)::BIGINT AS n FROM ${perItem} JOIN ${items} USING (item_index)
        WHERE ${column} IS NOT NULL GROUP BY v ORDER BY n DESC, v`;
    }
    default: {
      const column = identifier(property);
      return sql`SELECT ${column} AS v, ${column}, count(*) AS n FROM ${events} WHERE ${seen} AND ${column} IS NOT NULL
        GROUP BY v ORDER BY n DESC, v`;
    }
  }
}

function withParents(paths: EventValue[]): EventValue[] {
  const counts = new Map<string, number>();
  for (const { value, count } of paths) {
    const levels = value.split(pathSeparator);
    for (let depth = 1; depth <= levels.length; depth++) {
      const path = levels.slice(0, depth).join(pathSeparator);
      counts.set(path, (counts.get(path) ?? 0) + count);
    }
  }
  return [...counts]
    .map(([value, count]) => ({ value, label: value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
