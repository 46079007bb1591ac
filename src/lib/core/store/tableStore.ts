import type { Table } from 'apache-arrow';
import type { Sql } from './sql';

/** What runs behind a store, for manifests and the compute badge. */
export interface StoreEngine {
  name: 'duckdb-wasm' | 'duckdb-native';
  version: string;
  /** `eh`, `coi` (threads) or `native`. */
  bundle: string;
  threads: number;
}

/**
 * A place for tables: SQL in, Arrow out. DuckDB-WASM in the page and native DuckDB on the command line implement it,
 * and one suite (tests/contracts) holds both to the same answers. Use no SQL function that one of them lacks: no
 * time-zone functions, no Parquet, no JSON (PLATFORM.md).
 */
export interface TableStore {
  readonly engine: StoreEngine;
  /** Rows of a query. Cancelling the signal ends the query and rejects with Cancelled. */
  query(sql: Sql, signal?: AbortSignal): Promise<Table>;
  /** For statements without rows. */
  execute(sql: Sql, signal?: AbortSignal): Promise<void>;
  /** Creates (or replaces) a table from Arrow data. */
  putTable(name: string, table: Table): Promise<void>;
  /** A table's rows as an Arrow IPC stream, for snapshots. */
  readTable(name: string): Promise<Uint8Array>;
  /** Makes bytes readable by SQL under the given path while `use` runs; the path goes into `read_csv`. */
  withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T>;
  /** Bytes that the engine holds now, where it can tell. */
  memoryBytes(): Promise<number | undefined>;
  close(): Promise<void>;
}
