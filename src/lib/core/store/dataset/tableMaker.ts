import type { Table } from 'apache-arrow';
import { textsOf } from '../columns';
import { identifier, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';

/**
 * Makes tables whose names say what is in them, so one that is there already need not be made again; and takes back
 * what it made, should the rest fail. Nothing that it did not make is touched.
 */
export class TableMaker {
  #made: string[] = [];
  #views: string[] = [];
  #temporary: string[] = [];
  #pending: Promise<unknown>[] = [];

  private constructor(
    readonly store: TableStore,
    private readonly there: Set<string>,
    private readonly signal: AbortSignal,
  ) {}

  static async over(store: TableStore, signal: AbortSignal): Promise<TableMaker> {
    const names = await store.query(
      sql`SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal`,
    );
    return new TableMaker(store, new Set(textsOf(names, 'table_name') as string[]), signal);
  }

  has(name: string): boolean {
    return this.there.has(name);
  }

  async put(name: string, table: () => Table, onShare?: (share: number) => void): Promise<string> {
    if (!this.there.has(name)) {
      this.#note(name);
      await this.store.putTable(name, table(), onShare);
    }
    return name;
  }

  /**
   * The same, but the caller goes on while the engine takes the table in: what it asks of the store comes after it, and
   * {@link settled} tells whether it is there.
   */
  putMeanwhile(name: string, table: () => Table): string {
    if (this.there.has(name)) return name;
    const putting = this.put(name, table);
    // Until somebody waits for it a failure is nobody's.
    putting.catch(() => {});
    this.#pending.push(putting);
    return name;
  }

  /** When all that was put meanwhile is there; throws what kept it from that. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async create(name: string, select: Sql): Promise<string> {
    if (!this.there.has(name)) {
      this.#note(name);
      await this.store.execute(sql`CREATE TABLE ${identifier(name)} AS ${select}`, this.signal);
    }
    return name;
  }

  /** A view; `statement` creates it. */
  async view(name: string, statement: Sql): Promise<void> {
    if (this.there.has(name)) return;
    this.#views.push(name);
    this.there.add(name);
    await this.store.execute(statement);
  }

  /** A table that is only there until {@link end}. */
  async temporary(name: string, table: Table | Sql): Promise<string> {
    // A preview may run beside an import.
    const full = `temp_dataset_${name}_${++temporaries}`;
    this.#temporary.push(full);
    if ('schema' in table) await this.store.putTable(full, table);
    else await this.store.execute(sql`CREATE OR REPLACE TABLE ${identifier(full)} AS ${table}`, this.signal);
    return full;
  }

  /**
   * Leaves the store with what was made, or (`made` is false) without any of it.
   * @param needed where it is given, what was made and is not among these was only on the way
   */
  async end(made: boolean, needed?: readonly string[]): Promise<void> {
    if (!made) for (const name of this.#views) await this.store.execute(sql`DROP VIEW IF EXISTS ${identifier(name)}`);
    const onTheWay = needed ? this.#made.filter((name) => !needed.includes(name)) : [];
    const tables = [...this.#temporary, ...(made ? onTheWay : this.#made)];
    for (const name of tables) await this.store.execute(sql`DROP TABLE IF EXISTS ${identifier(name)}`);
  }

  #note(name: string): void {
    this.#made.push(name);
    this.there.add(name);
  }
}

let temporaries = 0;
