import { stableJson } from '../base/hash';
import { identifier, sql } from '../store/sql';
import { remember } from '../store/remember';
import type { TableStore } from '../store/tableStore';
import type { RunContext } from '../base/run';
import type { ProfileScope } from '../profiles/profileRelation';

/**
 * How values become scores; see {@link scoreRfm}. The first two make bins of people, `fixed` takes cuts that somebody
 * gave, the means part high from low.
 */
export const rfmMethods = ['quintile', 'ties-together', 'fixed', 'mean', 'mean-score'] as const;
export type RfmMethod = (typeof rfmMethods)[number];

/** The methods that know only high (2) and low (1). */
export const meanMethods: readonly RfmMethod[] = ['mean', 'mean-score'];

/** Cuts between scores, ascending, one fewer than there are scores. A value at a cut is below it. */
export interface RfmCuts {
  recencyDays: number[];
  frequency: number[];
  monetary: number[];
}

/** All that scores depend on, besides the people. */
export interface RfmConvention {
  bins: number;
  method: RfmMethod;
  /** Frequency is scored among people of one recency score, monetary among people of one recency and frequency score. */
  nested?: boolean;
  /** For `fixed`. */
  cuts?: RfmCuts;
}

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

/** Scores 1 … bins of the same customers, in the same order; the highest of each measure is the best. */
export interface RfmScores extends RfmConvention {
  userIndexes: Int32Array;
  recency: Uint8Array;
  frequency: Uint8Array;
  monetary: Uint8Array;
}

/** The RFM scores of the current data, computed once for each convention. */
export async function rfmOf(
  scope: ProfileScope,
  convention: RfmConvention,
  run?: RunContext,
): Promise<{ measures: RfmMeasures; scores: RfmScores }> {
  const what = `rfm ${scope.profiles}`;
  const measures = await remember(scope, what, ({ signal }) => readRfmMeasures(scope.store, scope.profiles, signal), run);
  const { bins, method, nested = false, cuts } = convention;
  const key = `${what} ${stableJson({ bins, method, nested, ...(method === 'fixed' ? { cuts } : {}) })}`;
  return { measures, scores: await remember(scope, key, () => scoreRfm(measures, convention)) };
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
 * Scores of recency (reversed: few days score high), frequency and monetary (FORMATS §10; IBM SPSS's RFM binning).
 *
 * - `quintile`: bins of equal size; equal values may part, the lower user id into the lower bin. The same as
 *   pandas' `qcut(rank(method='first'))`.
 * - `ties-together`: equal values share the bin that the first of them would get, so bins differ in size and some may
 *   hold no one: the bin of a value is the first whose quantile (of the raw values) it does not pass. A score keeps
 *   its meaning where pandas' `qcut(duplicates='drop')` renumbers the bins and
 *   throws the lowest two together.
 * - `fixed`: the bin of a value is the number of cuts below it, and one.
 * - `mean`: 2 is above the mean of all (for recency: below it), 1 is the rest, who is exactly at it too.
 * - `mean-score`: the values get scores 1 … 5 as `ties-together` first; 2 is above the mean of the scores.
 *
 * @throws Error where the convention does not fit: a rule's check finds that before
 */
export function scoreRfm(measures: RfmMeasures, convention: RfmConvention): RfmScores {
  const { recencyDays, frequency: orders, monetary: money, userIndexes } = measures;
  const { bins, cuts, nested } = convention;
  const days = binned(recencyDays, convention, cuts?.recencyDays, true);
  const recency = days.map((bin) => bins + 1 - bin);
  const frequency = nested ? within(orders, recency, convention) : binned(orders, convention, cuts?.frequency);
  const both = () => recency.map((score, i) => (score - 1) * bins + frequency[i]);
  const monetary = nested ? within(money, both(), convention) : binned(money, convention, cuts?.monetary);
  return { ...convention, userIndexes, recency, frequency, monetary };
}

/** Bin 1 … bins of each value, ascending. `reversed`: fewer is better, which decides where the mean's own side is. */
function binned(values: Float64Array, { bins, method }: RfmConvention, cuts: readonly number[] = [], reversed = false): Uint8Array {
  switch (method) {
    case 'fixed':
      return mapped(values, (value) => binBetween(cuts, value));
    case 'mean':
      return besideMean(values, reversed);
    case 'mean-score': {
      const scores = binsOf(values, 5, 'ties-together').bin;
      return besideMean(Float64Array.from(scores), reversed);
    }
    default:
      return binsOf(values, bins, method).bin;
  }
}

/** Bins inside each group of people who have the same number there. */
function within(values: Float64Array, groups: Uint8Array, convention: RfmConvention): Uint8Array {
  const bin = new Uint8Array(values.length);
  for (const group of new Set(groups)) {
    const places: number[] = [];
    for (let i = 0; i < groups.length; i++) if (groups[i] === group) places.push(i);
    const inside = binned(
      Float64Array.from(places, (place) => values[place]),
      convention,
    );
    places.forEach((place, i) => (bin[place] = inside[i]));
  }
  return bin;
}

function binBetween(cuts: readonly number[], value: number): number {
  let bin = 1;
  while (bin <= cuts.length && value > cuts[bin - 1]) bin++;
  return bin;
}

/** `Uint8Array.from` with a function takes ten times as long. */
function mapped(values: Float64Array, score: (value: number) => number): Uint8Array {
  const scores = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) scores[i] = score(values[i]);
  return scores;
}

/** 2 above the mean, 1 up to it; `reversed`: 1 below it, 2 from it on. Exact for money with four places. */
function besideMean(values: Float64Array, reversed: boolean): Uint8Array {
  const unit = 1e4;
  let [sum, part] = [0n, 0];
  for (let i = 0; i < values.length; i++) {
    part += Math.round(values[i] * unit);
    // Doubles count whole numbers exactly up to 2^53.
    if (Math.abs(part) > 2 ** 51) [sum, part] = [sum + BigInt(part), 0];
  }
  sum += BigInt(part);
  const count = BigInt(Math.max(1, values.length));
  const floor = sum / count - (sum % count < 0n ? 1n : 0n);
  const [whole, isWhole] = [Number(floor), floor * count === sum];
  return mapped(values, (value) => {
    const units = Math.round(value * unit);
    if (reversed) return units < whole || (units === whole && !isWhole) ? 1 : 2;
    return units > whole ? 2 : 1;
  });
}

/**
 * Bin 1 … bins of each value, ascending, and the greatest value of each bin. A value between two quantiles needs no
 * place among all: only those equal to a quantile are counted along, in the order of the user ids (a person's number is
 * no rank).
 */
export function binsOf(values: Float64Array, bins: number, method: RfmMethod): { bin: Uint8Array; edges: number[] } {
  const count = values.length;
  const bin = new Uint8Array(count);
  if (count === 0) return { bin, edges: [] };
  const ascending = values.slice().sort();
  const lastPlace = Array.from({ length: bins }, (_, k) => Math.floor(((count - 1) * (k + 1)) / bins));
  const edges = lastPlace.map((place) => ascending[place]);
  /** Where the next person with exactly this edge's value stands among all; of equal edges the first is asked. */
  const nextPlace = edges.map((edge) => firstPlaceOf(ascending, edge));
  const parts = method !== 'ties-together';
  for (let i = 0; i < count; i++) {
    const value = values[i];
    let at = 0;
    while (edges[at] < value) at++;
    if (parts && edges[at] === value) {
      const place = nextPlace[at]++;
      while (place > lastPlace[at]) at++;
    }
    bin[i] = at + 1;
  }
  return { bin, edges };
}

function firstPlaceOf(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Tells for each score triple whether it lies in one of the cells: `"5[45]."`. */
export function cellMatcher(cells: readonly string[]): (recency: number, frequency: number, monetary: number) => boolean {
  const wanted = cells.map((cell) => (cell.match(/\[\d+\]|\d|\./g) ?? []).map((place) => (place === '.' ? null : place)));
  const fits = (place: string | null, score: number) => place === null || place.includes(String(score));
  return (recency, frequency, monetary) =>
    wanted.some((places) => fits(places[0], recency) && fits(places[1], frequency) && fits(places[2], monetary));
}
