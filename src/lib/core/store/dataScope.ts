import type { DerivedCache } from './derivedCache';
import type { TableStore } from './tableStore';

/** Names of the tables or views that hold one immutable state of the data. */
export interface DataTables {
  events: string;
  users: string;
  items: string;
}

/** One state of the data as of an instant: all that a computed value depends on besides its own question. */
export interface DataScope {
  store: TableStore;
  /** Keeps computed values and tables under keys that name all they were made from, so that a stale one is never asked for. */
  cache: DerivedCache;
  tables: DataTables;
  /** Names the state of the data: its content and its numbering. */
  dataKey: string;
  /** SHA-256 of the content, whatever the numbering. */
  dataHash: string;
  /** Local midnight, `YYYY-MM-DDT00:00:00`: nothing at or after it is seen. */
  asOf: string;
  /** Size of the number space of people: numbers are 0 … users − 1, and some may belong to nobody. */
  users: number;
}
