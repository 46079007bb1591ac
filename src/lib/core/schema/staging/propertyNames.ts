import { foldedName } from '../canonical';
import type { Mapping } from '../roles';

/**
 * The property that each kept column of a file of events becomes, by the column's name. Its name is the column's own;
 * engines do not tell `Coupon` from `coupon`, so the second of two such columns gets a number, as an attribute would.
 * Which they are follows from the mapping alone.
 */
export function propertyNames({ kind, columns, roles, ids = {}, keep = [] }: Mapping): Map<string, string> {
  const names = new Map<string, string>();
  if (kind !== 'events') return names;
  const taken = new Set<string>();
  const withRole = new Set(Object.values(roles));
  for (const column of columns) {
    if (withRole.has(column) || column in ids || names.has(column) || !keep.includes(column)) continue;
    const own = column.normalize('NFC').replace(/\s+/g, ' ').trim() || 'column';
    let free = own;
    for (let n = 2; taken.has(foldedName(free)); n++) free = `${own} ${n}`;
    taken.add(foldedName(free));
    names.set(column, free);
  }
  return names;
}
