import * as duckdb from '@duckdb/duckdb-wasm';
import ehModule from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import ehWorker from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import { tableFromIPC, tableToIPC, type Table } from 'apache-arrow';
import { Cancelled } from '../../core/base/errors';
import { identifier, sql, type Sql } from '../../core/store/sql';
import type { StoreEngine, TableStore } from '../../core/store/tableStore';
import { useCompressedMemory } from '../../core/store/compressedMemory';
import { StatementQueue } from '../../core/store/statementQueue';
import { storeError } from '../../core/store/storeErrors';
import { plainTexts } from './plainTexts';

/**
 * How long the engine works on a query before it looks at its messages: a cancel is heard within that. While a model
 * trains in this worker each look waits for a step of the training, so shorter turns made counts ten times slower.
 */
const pollEveryMs = 120;

/**
 * DuckDB-WASM in memory in a worker of its own, on one thread: the threaded build was no faster on two cores, lost
 * results after its memory grew (`RangeError: offset is out of bounds`) and often never came back from a cancel
 * (docs/decisions/0010).
 */
export async function openWasmStore(): Promise<TableStore> {
  const worker = new Worker(ehWorker);
  const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
  try {
    await database.instantiate(absolute(ehModule));
    await database.open({ path: ':memory:', query: { queryPollingInterval: pollEveryMs } });
    const connection = await database.connectInternal();
    const version = await database.getVersion();
    const store = new WasmStore({ name: 'duckdb-wasm', version, bundle: 'eh', threads: 1 }, database, connection);
    // Otherwise Parquet, JSON and ICU would be fetched from another host at their first use.
    await store.execute(sql`SET autoinstall_known_extensions = false`);
    await store.execute(sql`SET autoload_known_extensions = false`);
    await store.execute(useCompressedMemory);
    return store;
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

/** Rows that go over at once: the engine hears nothing, and says nothing, until it has them. */
const pieceRows = 1 << 17;

/** A table as one IPC stream, a large one as several. */
function* streamsOf(table: Table | Uint8Array): Generator<{ bytes: Uint8Array; share: number }> {
  if (table instanceof Uint8Array) return yield { bytes: table, share: 1 };
  const rows = table.numRows;
  if (rows <= pieceRows) return yield { bytes: tableToIPC(plainTexts(table), 'stream'), share: 1 };
  for (let start = 0; start < rows; start += pieceRows) {
    const end = Math.min(rows, start + pieceRows);
    yield { bytes: tableToIPC(plainTexts(table.slice(start, end)), 'stream'), share: end / rows };
  }
}

/** Parts of an answer that are asked for at once. */
const mostAsked = 64;

/** The engine's worker resolves addresses against its own, not the page's. */
const absolute = (path: string) => new URL(path, globalThis.location.href).href;

class WasmStore implements TableStore {
  #queue = new StatementQueue();
  #nextFile = 1;

  constructor(
    readonly engine: StoreEngine,
    private readonly database: duckdb.AsyncDuckDB,
    private readonly connection: number,
  ) {}

  async query(statement: Sql, signal?: AbortSignal): Promise<Table> {
    return tableFromIPC(await this.#exclusive(() => this.#run(statement.text, signal), signal));
  }

  async execute(statement: Sql, signal?: AbortSignal): Promise<void> {
    await this.#exclusive(() => this.#run(statement.text, signal), signal);
  }

  async putTable(name: string, table: Table | Uint8Array, onShare?: (share: number) => void): Promise<void> {
    // Only the stream format is read; the file format inserts nothing and says nothing.
    await this.#exclusive(async () => {
      await this.#run('BEGIN');
      try {
        await this.#run(sql`DROP TABLE IF EXISTS ${identifier(name)}`.text);
        let create = true;
        for (const { bytes, share } of streamsOf(table)) {
          await this.database.insertArrowFromIPCStream(this.connection, bytes, { name, create });
          create = false;
          onShare?.(share);
        }
        // Bytes that are no stream are passed over without a word: then there is no such table.
        await this.#run(sql`SELECT 1 FROM ${identifier(name)} LIMIT 0`.text);
        await this.#run('COMMIT');
      } catch (error) {
        await this.#run('ROLLBACK');
        throw error;
      }
    });
  }

  async readTable(name: string): Promise<Uint8Array> {
    return tableToIPC(await this.query(sql`SELECT * FROM ${identifier(name)}`), 'stream');
  }

  async withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
    const path = `file-${this.#nextFile++}`;
    await this.#exclusive(() => this.database.registerFileBuffer(path, bytes));
    try {
      return await use(path);
    } finally {
      await this.#exclusive(() => this.database.dropFile(path));
    }
  }

  async memoryBytes(): Promise<number | undefined> {
    const table = await this.query(sql`SELECT coalesce(sum(memory_usage_bytes), 0)::DOUBLE AS bytes FROM duckdb_memory()`);
    return table.getChild('bytes')!.get(0);
  }

  async close(): Promise<void> {
    await this.#exclusive(() => this.database.terminate());
  }

  /** The result as Arrow IPC bytes. With a signal the query runs in short turns, because the engine's worker hears nothing while it works. */
  async #run(text: string, signal?: AbortSignal): Promise<Uint8Array | Uint8Array[]> {
    if (!signal) return this.database.runQuery(this.connection, text);
    let header = await this.database.startPendingQuery(this.connection, text, false);
    while (header === null) {
      if (signal.aborted) {
        await this.database.cancelPendingQuery(this.connection);
        throw new Cancelled();
      }
      header = await this.database.pollPendingQuery(this.connection);
    }
    // A part is 2,048 rows, and one message after another costs more than the parts: so ever more are asked for at once.
    const parts = [header];
    for (let asked = 1; ; asked = Math.min(2 * asked, mostAsked)) {
      const found = await Promise.all(Array.from({ length: asked }, () => this.database.fetchQueryResults(this.connection)));
      for (const part of found) if (part && part.length > 0) parts.push(part);
      if (found.some((part) => part?.length === 0)) return parts;
      if (signal.aborted) throw new Cancelled();
    }
  }

  #exclusive<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#queue.run(work, signal).catch((error) => Promise.reject(storeError(error)));
  }
}
