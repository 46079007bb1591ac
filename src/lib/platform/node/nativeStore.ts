import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { tableFromIPC, tableToIPC, type Table } from 'apache-arrow';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { identifier, sql, Sql } from '../../core/store/sql';
import type { StoreEngine, TableStore } from '../../core/store/tableStore';
import { useCompressedMemory } from '../../core/store/compressedMemory';
import { StatementQueue } from '../../core/store/statementQueue';
import { storeError } from '../../core/store/storeErrors';
import { appendTable } from './appendTable';
import { sqlTypeOf } from './columnTypes';
import { tableFromChunks } from './tableFromChunks';

/** Native DuckDB in memory, for the command line and for tests. Extensions are never fetched. */
export async function openNativeStore(options: { threads?: number } = {}): Promise<TableStore> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(options.threads ? { threads: String(options.threads) } : {}),
  });
  const connection = await instance.connect();
  await connection.run(useCompressedMemory.text);
  const facts = (await connection.runAndReadAll(`SELECT version(), current_setting('threads')`)).getRows()[0];
  const engine: StoreEngine = { name: 'duckdb-native', version: String(facts[0]), bundle: 'native', threads: Number(facts[1]) };
  return new NativeStore(engine, instance, connection);
}

class NativeStore implements TableStore {
  #queue = new StatementQueue();

  constructor(
    readonly engine: StoreEngine,
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  query(statement: Sql, signal?: AbortSignal): Promise<Table> {
    return this.#exclusive(async () => {
      const result = await this.connection.run(statement.text);
      return tableFromChunks(result.columnNames(), result.columnTypes(), await result.fetchAllChunks());
    }, signal);
  }

  async execute(statement: Sql, signal?: AbortSignal): Promise<void> {
    await this.#exclusive(() => this.connection.run(statement.text), signal);
  }

  async putTable(name: string, given: Table | Uint8Array): Promise<void> {
    const table = given instanceof Uint8Array ? tableFromIPC(given) : given;
    const columns = table.schema.fields.map((field) => `${identifier(field.name).text} ${sqlTypeOf(field.type)}`);
    await this.#exclusive(async () => {
      await this.connection.run('BEGIN');
      try {
        await this.connection.run(sql`CREATE OR REPLACE TABLE ${identifier(name)} (${new Sql(columns.join(', '))})`.text);
        const appender = await this.connection.createAppender(name);
        await appendTable(appender, table);
        appender.closeSync();
        await this.connection.run('COMMIT');
      } catch (error) {
        await this.connection.run('ROLLBACK');
        throw error;
      }
    });
  }

  async readTable(name: string): Promise<Uint8Array> {
    return tableToIPC(await this.query(sql`SELECT * FROM ${identifier(name)}`), 'stream');
  }

  async withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(joinPath(tmpdir(), 'muster-'));
    try {
      const path = joinPath(folder, 'file');
      await writeFile(path, bytes);
      return await use(path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async memoryBytes(): Promise<number | undefined> {
    const table = await this.query(sql`SELECT coalesce(sum(memory_usage_bytes), 0)::DOUBLE AS bytes FROM duckdb_memory()`);
    return table.getChild('bytes')!.get(0);
  }

  async close(): Promise<void> {
    await this.#exclusive(async () => {
      this.connection.closeSync();
      this.instance.closeSync();
    });
  }

  async #exclusive<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#queue.run(work, signal, () => this.connection.interrupt()).catch((error) => Promise.reject(storeError(error)));
  }
}
