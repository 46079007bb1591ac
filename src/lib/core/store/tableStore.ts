import type { Table } from 'apache-arrow';
import type { Sql } from './sql';

/** What runs behind a store, for manifests and the compute badge. */
export interface StoreEngine {
  name: 'duckdb-wasm' | 'duckdb-native';
  version: string;
  /** `eh` or `native`. */
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
  /**
   * Rows of a query; `columns.ts` reads them. Both engines give the same Arrow types: DECIMAL as it is, HUGEINT (what
   * `sum` of whole numbers is) as DECIMAL(38,0), TIMESTAMP in microseconds; cast in the query where a plain number is
   * wanted. Statements run one after the other. Cancelling the signal rejects with Cancelled at once and ends the query.
   */
  query(sql: Sql, signal?: AbortSignal): Promise<Table>;
  /** For statements without rows. */
  execute(sql: Sql, signal?: AbortSignal): Promise<void>;
  /**
   * Creates (or replaces, all or nothing) a table from Arrow data: a table, or the bytes of an IPC stream, which are
   * taken over (their buffer may move to the engine's worker).
   * @param onShare told how much of a large table is there, where it is put in piece by piece
   */
  putTable(name: string, table: Table | Uint8Array, onShare?: (share: number) => void): Promise<void>;
  /** A table's rows as an Arrow IPC stream, for snapshots. */
  readTable(name: string): Promise<Uint8Array>;
  /**
   * Makes bytes readable by SQL under the given path while `use` runs; the path goes into `read_csv`. The bytes are
   * taken over: their buffer may move to the engine's worker.
   */
  withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T>;
  /** Bytes that the engine's tables and buffers hold now, where it can tell. */
  memoryBytes(): Promise<number | undefined>;
  close(): Promise<void>;
}
