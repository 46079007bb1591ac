import type { DataScope, DataTables } from '../../src/lib/core/store/dataScope';
import { DerivedCache } from '../../src/lib/core/store/derivedCache';
import type { TableStore } from '../../src/lib/core/store/tableStore';

/** The names that hand-made shops give their tables. */
export const plainTables: DataTables = { events: 'events', users: 'users', items: 'items' };

/** What tests read tables in that they made by hand under the plain names. */
export function plainScope(store: TableStore, asOf: string, users: number): DataScope {
  return { store, cache: new DerivedCache(), tables: plainTables, dataKey: 'hand-made', dataHash: 'hand-made', asOf, users };
}
