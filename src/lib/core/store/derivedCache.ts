import { Cancelled } from '../base/errors';
import type { Progress, RunContext } from '../base/run';
import { identifier, sql, type Sql } from './sql';
import type { TableStore } from './tableStore';

/** What one session of editing may hold beside the data itself. */
const defaultBudgetBytes = 512 * 2 ** 20;

interface Entry {
  value: unknown;
  bytes: number;
  /** Frees what a value holds outside of it: a table in the store. */
  drop?: () => Promise<void>;
}

/** Something that several callers wait for. */
interface Shared {
  result: Promise<unknown>;
  callers: Set<RunContext>;
  controller: AbortController;
}

/**
 * What is computed from the data, by content key: values, and tables in the store. The sum of their bytes stays under
 * a budget; what was not used for longest goes first, but never what a reader holds (see {@link DerivedCache.reader}).
 * A computation that several ask for at once runs once and is cancelled only when all of them have gone.
 */
export class DerivedCache {
  // A map keeps the order of insertion, so the first entry is the one not used for longest.
  #entries: Map<string, Entry>;
  #running: Map<string, Shared>;
  #holders: Map<string, number>;
  #held = new Set<string>();
  /** Keys of entries that go as soon as no reader holds them. */
  #doomed: Set<string>;
  #bytes: { sum: number };

  constructor(
    private readonly budgetBytes = defaultBudgetBytes,
    parent?: DerivedCache,
  ) {
    this.#entries = parent ? parent.#entries : new Map();
    this.#running = parent ? parent.#running : new Map();
    this.#holders = parent ? parent.#holders : new Map();
    this.#doomed = parent ? parent.#doomed : new Set();
    this.#bytes = parent ? parent.#bytes : { sum: 0 };
  }

  /** Bytes of all entries, as estimated. */
  get bytes(): number {
    return this.#bytes.sum;
  }

  /** The same cache as one reader sees it: what it has touched stays until it calls {@link release}. */
  reader(): DerivedCache {
    return new DerivedCache(this.budgetBytes, this);
  }

  async release(): Promise<void> {
    for (const key of this.#held) {
      const holders = this.#holders.get(key)! - 1;
      if (holders > 0) this.#holders.set(key, holders);
      else {
        this.#holders.delete(key);
        if (this.#doomed.delete(key)) await this.#remove(key);
      }
    }
    this.#held.clear();
    await this.#shrink();
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** A value under its key, made where it is missing. A computation that fails or is cancelled leaves nothing. */
  async value<T>(key: string, make: (run: RunContext) => T | Promise<T>, run?: RunContext): Promise<T> {
    return this.#ensure(key, async (shared) => ({ value: await make(shared) }), run) as Promise<T>;
  }

  /**
   * The name of a table, created where it is missing: `create` gives the statement for the name. The name is made from
   * the key, so tables of several keys lie side by side.
   */
  async table(store: TableStore, kind: string, key: string, create: (name: Sql) => Sql | Promise<Sql>, run?: RunContext): Promise<string> {
    return this.#ensure(
      `${kind} ${key}`,
      async ({ signal }) => {
        const name = `${kind}_${shortHash(key)}`;
        await store.execute(sql`DROP TABLE IF EXISTS ${identifier(name)}`);
        await store.execute(await create(identifier(name)), signal);
        return {
          value: name,
          bytes: await tableBytes(store, name),
          drop: () => store.execute(sql`DROP TABLE IF EXISTS ${identifier(name)}`),
        };
      },
      run,
    ) as Promise<string>;
  }

  /** Puts a value that was made elsewhere (read back from a saved workspace). */
  put(key: string, value: unknown): void {
    this.#keep(key, { value, bytes: bytesOf(value) });
    this.#hold(key);
  }

  /** Takes everything away whose key fits, tables too: the data it was made from is gone. */
  async forget(fits: (key: string) => boolean = () => true): Promise<void> {
    for (const key of [...this.#entries.keys()]) if (fits(key)) await this.#remove(key);
  }

  /** Takes everything away that no reader holds; what one holds, or is being made, goes when it is let go. */
  async forgetUnheld(): Promise<void> {
    for (const key of [...this.#entries.keys(), ...this.#running.keys()]) {
      if (this.#holders.has(key)) this.#doomed.add(key);
      else await this.#remove(key);
    }
  }

  async #ensure(
    key: string,
    make: (run: RunContext) => Promise<{ value: unknown; bytes?: number; drop?: () => Promise<void> }>,
    run?: RunContext,
  ): Promise<unknown> {
    if (run?.signal.aborted) throw new Cancelled();
    // Held before it is there, so that it cannot be dropped between its making and its use.
    this.#hold(key);
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    let shared = this.#running.get(key);
    if (!shared) {
      shared = this.#start(key, make);
      this.#running.set(key, shared);
    }
    return run ? waitFor(shared, run) : waitFor(shared, unstoppable());
  }

  #start(key: string, make: (run: RunContext) => Promise<{ value: unknown; bytes?: number; drop?: () => Promise<void> }>): Shared {
    const controller = new AbortController();
    const callers = new Set<RunContext>();
    const run = runOfAll(callers, controller.signal);
    const shared: Shared = { callers, controller, result: Promise.resolve() };
    shared.result = make(run)
      .then(async ({ value, bytes, drop }) => {
        this.#keep(key, { value, bytes: bytes ?? bytesOf(value), drop });
        await this.#shrink();
        return value;
      })
      .finally(() => {
        if (this.#running.get(key) === shared) this.#running.delete(key);
      });
    // Whoever waits is told; nobody may be waiting any more.
    shared.result.catch(() => {});
    controller.signal.addEventListener('abort', () => {
      if (this.#running.get(key) === shared) this.#running.delete(key);
    });
    return shared;
  }

  #keep(key: string, entry: Entry): void {
    const before = this.#entries.get(key);
    if (before) this.#bytes.sum -= before.bytes;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#bytes.sum += entry.bytes;
  }

  #hold(key: string): void {
    if (this.#held.has(key)) return;
    this.#held.add(key);
    this.#holders.set(key, (this.#holders.get(key) ?? 0) + 1);
  }

  async #shrink(): Promise<void> {
    for (const key of [...this.#entries.keys()]) {
      if (this.#bytes.sum <= this.budgetBytes) return;
      if (!this.#holders.has(key)) await this.#remove(key);
    }
  }

  async #remove(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes.sum -= entry.bytes;
    await entry.drop?.();
  }
}

/** One caller's wait: it may leave, and the work stops when nobody is left. */
function waitFor({ result, callers, controller }: Shared, run: RunContext): Promise<unknown> {
  callers.add(run);
  return new Promise((resolve, reject) => {
    const leave = () => {
      callers.delete(run);
      if (callers.size === 0) controller.abort();
      reject(new Cancelled());
    };
    run.signal.addEventListener('abort', leave);
    result.then(resolve, reject).finally(() => {
      callers.delete(run);
      run.signal.removeEventListener('abort', leave);
    });
  });
}

/** A run that reports to everybody who waits. */
function runOfAll(callers: Set<RunContext>, signal: AbortSignal): RunContext {
  return {
    signal,
    report: (progress: Progress) => callers.forEach((caller) => caller.report(progress)),
    async breathe() {
      if (signal.aborted) throw new Cancelled();
      // Any caller's pause lets messages in; one that has been cancelled meanwhile has left by itself.
      const [caller] = callers;
      await caller?.breathe().catch(() => {});
      if (signal.aborted) throw new Cancelled();
    },
  };
}

function unstoppable(): RunContext {
  return { signal: new AbortController().signal, report: () => {}, breathe: async () => {} };
}

/** Bytes of the typed arrays inside a value, and something for the rest; looks a few levels deep. */
function bytesOf(value: unknown, depth = 4): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return 2 * value.length;
  if (value === null || typeof value !== 'object' || depth === 0) return 8;
  if (value instanceof Map || value instanceof Set) return 64 * value.size;
  const members = Array.isArray(value) ? value : Object.values(value);
  // A long list is of like things: the first hundred stand for all.
  const looked = members.slice(0, 100);
  const sum = looked.reduce<number>((bytes, member) => bytes + bytesOf(member, depth - 1), 16);
  return looked.length === members.length ? sum : (sum / looked.length) * members.length;
}

/** About what a table takes in the engine: rows times the widths of its columns. */
async function tableBytes(store: TableStore, name: string): Promise<number> {
  const found = await store.query(sql`
    SELECT (t.estimated_size * coalesce(sum(CASE
      WHEN c.data_type IN ('BOOLEAN', 'TINYINT') THEN 1
      WHEN c.data_type IN ('INTEGER', 'DATE', 'FLOAT') THEN 4
      WHEN c.data_type = 'VARCHAR' OR c.data_type LIKE 'DECIMAL(3%' THEN 24 ELSE 8 END), 0))::DOUBLE AS bytes
    FROM duckdb_tables() t JOIN duckdb_columns() c USING (table_oid)
    WHERE t.table_name = ${name} GROUP BY t.estimated_size`);
  return Number(found.getChild('bytes')!.get(0) ?? 0);
}

/** Twelve hex digits of a 64-bit FNV-like hash: names need only differ within one session. */
function shortHash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}
