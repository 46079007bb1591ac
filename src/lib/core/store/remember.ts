import type { TableStore } from './tableStore';

/** The data that is open, as of an instant: all that a computed value depends on besides its own question. */
export interface DataScope {
  store: TableStore;
  /** Keeps computed values under keys that name all they were made from, so that a stale one is never asked for. */
  memo: Map<string, unknown>;
  dataHash: string;
  /** Local midnight, `YYYY-MM-DDT00:00:00`: nothing at or after it is seen. */
  asOf: string;
  users: number;
}

/** Answers of a session of editing; each edit adds one, and a set of a million customers is 125 kB. */
const mostRemembered = 500;
const prefix = 'answer ';

/** A value computed from the data, kept with the longest unused going first. A computation that fails leaves nothing. */
export async function remember<T>(scope: DataScope, what: string, compute: () => T | Promise<T>): Promise<T> {
  const { memo, dataHash, asOf } = scope;
  const key = `${prefix}${dataHash} ${asOf} ${what}`;
  const value = memo.has(key) ? (memo.get(key) as T) : await compute();
  // A map keeps the order of insertion, so this makes it the most recent.
  memo.delete(key);
  memo.set(key, value);
  const kept = [...memo.keys()].filter((other) => other.startsWith(prefix));
  for (const old of kept.slice(0, Math.max(0, kept.length - mostRemembered))) memo.delete(old);
  return value;
}
