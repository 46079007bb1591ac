import type { DatasetSource, EventPart } from '../dataset/version';
import { identifier, join, sql, type Sql } from '../sql';

/**
 * People (or items) of whom a source of events has removed rows alone: what rode along about them makes nobody a
 * customer. null where there are none such.
 */
export function onlyInRemoved({ kind, parts, raw }: DatasetSource, column: 'user_index' | 'item_index'): Sql | null {
  const has = ({ columns }: EventPart) => columns.includes(column);
  const removed = (raw?.parts ?? []).flatMap(({ split }) => (split && has(split.removed) ? [split.removed] : []));
  if (kind !== 'events' || removed.length === 0) return null;
  const of = (tables: readonly EventPart[]) =>
    join(
      tables.map(({ table }) => sql`SELECT ${identifier(column)} AS number FROM ${identifier(table)}`),
      ' UNION ALL ',
    );
  const kept = parts.filter(has);
  return kept.length === 0 ? of(removed) : sql`(${of(removed)}) EXCEPT (${of(kept)})`;
}
