import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import type { Stretch } from '../experiments/beforeAfter';
import {
  beforeAfterEffect,
  panelEffect,
  type PromotionEffect,
  type PromotionMethod,
  type PromotionPanel,
} from '../experiments/promotionEffect';
import { dateOfDay, dayNumber } from '../schema/days';
import { unitSeries, type SeriesAsked, type SeriesScope, type UnitSeries } from './promotionSeries';

/** What a person asks about a promotion. Days are local, `YYYY-MM-DD`. */
export interface PromotionAsked extends SeriesAsked {
  method: PromotionMethod;
  /** Its last day. */
  to: string;
  /** Days after it that may have paid for it; of weeks as many as hold them. */
  dip: number;
  /** Units that got it; before and after without any is of everything. */
  treated: readonly string[];
  /** Units that it is compared with; without any all others, the largest first. */
  compared?: readonly string[];
  /** Units that it may have come out of. */
  losing?: readonly string[];
  /** Units are compared as shares of their own level before; see `PromotionPanel`. */
  ofOwnLevel?: boolean;
  /** Before and after: other promotions and holidays, both days included. */
  known?: readonly { from: string; to: string }[];
}

export interface Promotion {
  asked: PromotionAsked;
  effect: PromotionEffect;
  /** First day of each period that was looked at. */
  starts: string[];
  /** Days of a period. */
  length: 1 | 7;
  /** The same as rows, so that others can compute it again. */
  table: PromotionTable;
}

export interface PromotionTable {
  /** Column `unit` of these, in this order; with before and after `all` or the names of the units. */
  names: string[];
  values: Float64Array;
}

/** Beyond so many comparisons a mixture takes long, and the small ones add nothing. */
export const mostCompared = 50;

/**
 * The effect of a promotion in the workspace's own data.
 * @throws UserError `promotion_days`, `promotion_units`, and what the series and the method throw
 */
export async function promotionInWorkspace(scope: SeriesScope, asked: PromotionAsked, run: RunContext): Promise<Promotion> {
  requireDays(asked);
  return promotionOf(await unitSeries(scope, { ...asked, ...(asked.method === 'before-after' && { by: 'day' }) }, run), asked, run);
}

/** The same of series that are known. */
export async function promotionOf(series: UnitSeries, asked: PromotionAsked, run: RunContext): Promise<Promotion> {
  const { starts, length, names, values } = series;
  const from = starts.indexOf(asked.from);
  const days = dayNumber(asked.to) - dayNumber(asked.from) + 1;
  if (from < 0) {
    throw new UserError(
      'promotion_begins_outside',
      `The data has nothing of ${asked.from}: it reaches from ${starts[0]} to ${starts.at(-1)}.`,
      'Choose days that the data has.',
      { from: asked.from, first: starts[0] ?? '–', last: starts.at(-1) ?? '–' },
    );
  }
  const span = { from, until: from + Math.ceil(days / length), dip: Math.ceil(asked.dip / length) };
  const places = (wanted: readonly string[] = []) => wanted.map((name) => requireUnit(names, name));
  const [treated, losing] = [places(asked.treated), places(asked.losing)];
  const at = (place: number) => values.subarray(place * starts.length, (place + 1) * starts.length);
  const answer = (effect: PromotionEffect, table: PromotionTable): Promotion => ({
    asked,
    effect,
    starts: starts.slice(0, effect.actual.length),
    length,
    table,
  });
  if (asked.method === 'before-after') {
    const own = treated.length > 0 ? treated : [...names.keys()].filter((place) => !losing.includes(place));
    const sum = (of: number[]) => {
      const total = new Float64Array(starts.length);
      for (const place of of) at(place).forEach((value, day) => (total[day] += value));
      return total;
    };
    const known = knownStretches(asked, starts);
    const parts = [sum(own), ...(losing.length > 0 ? [sum(losing)] : [])];
    const effect = beforeAfterEffect({ ...span, values: parts[0], others: parts[1], firstDay: dayNumber(starts[0]), known });
    return answer(effect, { names: ['promoted', 'others'].slice(0, parts.length), values: joinedSeries(parts) });
  }
  if (treated.length === 0) {
    throw new UserError('promotion_units', 'Nobody says which units got it.', 'Choose at least one that got it.');
  }
  const compared = (
    asked.compared?.length
      ? places(asked.compared)
      : [...names.keys()].filter((place) => !treated.includes(place) && !losing.includes(place)).slice(0, mostCompared)
  ).filter((place) => !treated.includes(place) && !losing.includes(place));
  const chosen = [...treated, ...compared, ...losing];
  const periods = Math.min(starts.length, span.until + span.dip);
  const panel: PromotionPanel = {
    ...span,
    ...(asked.ofOwnLevel && { ofOwnLevel: true }),
    names: chosen.map((place) => names[place]),
    periods,
    values: joinedSeries(chosen.map((place) => at(place).subarray(0, periods))),
    roles: chosen.map((_, i) => (i < treated.length ? 'treated' : i < treated.length + compared.length ? 'compared' : 'losing')),
  };
  return answer(await panelEffect(asked.method, panel, run), { names: [...panel.names], values: panel.values });
}

/** Other promotions as far as the data has them. @throws UserError `promotion_overlap` */
function knownStretches({ known = [], from, to, dip }: PromotionAsked, starts: readonly string[]): Stretch[] {
  const [first, last] = [dayNumber(starts[0]), dayNumber(starts.at(-1)!)];
  return known.flatMap((each) => {
    const id = `${each.from} – ${each.to}`;
    const stretch = { id, from: Math.max(first, dayNumber(each.from)), to: Math.min(last, dayNumber(each.to)) + 1 };
    if (stretch.from < dayNumber(to) + 1 + dip && stretch.to > dayNumber(from)) {
      throw new UserError(
        'promotion_overlap',
        `The other promotion ${id} lies in the days of this one, or in those after it.`,
        'What both did together cannot be told apart: leave it out, or choose other days.',
        { from: each.from, to: each.to },
      );
    }
    return stretch.to > stretch.from ? [stretch] : [];
  });
}

/** Last day of the promotion as it is counted: whole periods. */
export function lastDayCounted({ starts, length, effect }: Pick<Promotion, 'starts' | 'length' | 'effect'>): string {
  return dateOfDay(dayNumber(starts[effect.until - 1]) + length - 1);
}

function requireDays({ from, to, dip }: PromotionAsked): void {
  const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(dayNumber(text));
  if (isDay(from) && isDay(to) && to >= from && Number.isInteger(dip) && dip >= 0) return;
  throw new UserError(
    'promotion_days',
    `The promotion runs from "${from}" to "${to}", with ${dip} days after it.`,
    'Give a first and a last day, such as 2026-06-16 and 2026-06-18, and whole days after it.',
    { from, to, dip: String(dip) },
  );
}

function requireUnit(names: readonly string[], name: string): number {
  const place = names.indexOf(name);
  if (place >= 0) return place;
  const known = names.length > 20 ? `${names.slice(0, 20).join(', ')} …` : names.join(', ');
  throw new UserError('promotion_unit_unknown', `Nothing was measured of "${name}".`, `Those that have something are: ${known}.`, {
    name,
    known,
  });
}

function joinedSeries(series: readonly Float64Array[]): Float64Array {
  const length = series[0].length;
  const values = new Float64Array(series.length * length);
  series.forEach((each, i) => values.set(each, i * length));
  return values;
}
