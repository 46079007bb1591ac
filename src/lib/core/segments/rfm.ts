import { identifier, sql } from '../store/sql';
import { remember } from '../store/remember';
import type { TableStore } from '../store/tableStore';
import type { RunContext } from '../base/run';
import type { ProfileScope } from '../profiles/profileRelation';

export const rfmMethods = ['quintile', 'ties-together'] as const;
export type RfmMethod = (typeof rfmMethods)[number];

/** The three measures of every customer with at least one order, ascending by user id. */
export interface RfmMeasures {
  userIndexes: Int32Array;
  /** Whole days from the last order to asOf. */
  recencyDays: Float64Array;
  /** Orders. */
  frequency: Float64Array;
  /** Sales minus refunds. */
  monetary: Float64Array;
}

/** Scores 1 … bins of the same customers, in the same order; 5 of 5 is the best of each measure. */
export interface RfmScores {
  bins: number;
  method: RfmMethod;
  userIndexes: Int32Array;
  recency: Uint8Array;
  frequency: Uint8Array;
  monetary: Uint8Array;
  /** Greatest value of each score's bin, by ascending score. */
  edges: { recencyDays: number[]; frequency: number[]; monetary: number[] };
}

/** The RFM scores of the current data, computed once for each number of bins and method. */
export async function rfmOf(
  scope: ProfileScope,
  bins: number,
  method: RfmMethod,
  run?: RunContext,
): Promise<{ measures: RfmMeasures; scores: RfmScores }> {
  const what = `rfm ${scope.profiles}`;
  const measures = await remember(scope, what, ({ signal }) => readRfmMeasures(scope.store, scope.profiles, signal), run);
  return { measures, scores: await remember(scope, `${what} ${bins} ${method}`, () => scoreRfm(measures, bins, method)) };
}

/** Reads the measures from a table of profiles. */
export async function readRfmMeasures(store: TableStore, profiles: string, signal?: AbortSignal): Promise<RfmMeasures> {
  const table = await store.query(
    sql`SELECT user_index, "daysSinceLastOrder"::DOUBLE AS r, orders::DOUBLE AS f, revenue::DOUBLE AS m
      FROM ${identifier(profiles)} WHERE orders > 0 ORDER BY user_id`,
    signal,
  );
  const column = (name: string) => table.getChild(name)!.toArray();
  return {
    userIndexes: column('user_index') as Int32Array,
    recencyDays: column('r') as Float64Array,
    frequency: column('f') as Float64Array,
    monetary: column('m') as Float64Array,
  };
}

/**
 * Independent scores of recency (reversed: few days score high), frequency and monetary (FORMATS §10; IBM SPSS's
 * "independent" binning).
 *
 * - `quintile`: bins of equal size; equal values may part, the lower user id into the lower bin. The same as
 *   pandas' `qcut(rank(method='first'))`.
 * - `ties-together`: equal values share the bin that the first of them would get, so bins differ in size and some may
 *   hold no one: the bin of a value is the first whose quantile (of the raw values) it does not pass. A score keeps
 *   its meaning where pandas' `qcut(duplicates='drop')` renumbers the bins and
 *   throws the lowest two together.
 */
export function scoreRfm(measures: RfmMeasures, bins: number, method: RfmMethod): RfmScores {
  const recency = binsOf(measures.recencyDays, bins, method);
  const frequency = binsOf(measures.frequency, bins, method);
  const monetary = binsOf(measures.monetary, bins, method);
  return {
    bins,
    method,
    userIndexes: measures.userIndexes,
    recency: recency.bin.map((bin) => bins + 1 - bin),
    frequency: frequency.bin,
    monetary: monetary.bin,
    edges: { recencyDays: recency.edges.toReversed(), frequency: frequency.edges, monetary: monetary.edges },
  };
}

/** Bin 1 … bins of each value, ascending, and the greatest value of each bin. */
export function binsOf(values: Float64Array, bins: number, method: RfmMethod): { bin: Uint8Array; edges: number[] } {
  const count = values.length;
  const bin = new Uint8Array(count);
  // Ties keep their order, which is that of the user ids: a person's number is no rank.
  const ascending = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
  const lastPlace = Array.from({ length: bins }, (_, k) => Math.floor(((count - 1) * (k + 1)) / bins));
  let current = 0;
  for (let place = 0; place < count; place++) {
    const tied = place > 0 && values[ascending[place]] === values[ascending[place - 1]];
    if (!(tied && method === 'ties-together')) while (place > lastPlace[current]) current++;
    bin[ascending[place]] = current + 1;
  }
  return { bin, edges: count === 0 ? [] : lastPlace.map((place) => values[ascending[place]]) };
}

/** Tells for each score triple whether it lies in one of the cells: `"5[45]."`. */
export function cellMatcher(cells: readonly string[]): (recency: number, frequency: number, monetary: number) => boolean {
  const wanted = cells.map((cell) => (cell.match(/\[\d+\]|\d|\./g) ?? []).map((place) => (place === '.' ? null : place)));
  const fits = (place: string | null, score: number) => place === null || place.includes(String(score));
  return (recency, frequency, monetary) =>
    wanted.some((places) => fits(places[0], recency) && fits(places[1], frequency) && fits(places[2], monetary));
}
