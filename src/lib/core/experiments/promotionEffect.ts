import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { beforeAfter, type Stretch } from './beforeAfter';
import { differenceInDifferences } from './differenceInDifferences';
import { displacement, fieller } from './displacement';
import { sumsOf, type Effect } from './effect';
import { meanEffect, varianceOf } from './means';
import { syntheticControl } from './syntheticControl';

export const promotionMethods = ['before-after', 'difference-in-differences', 'synthetic-control'] as const;
export type PromotionMethod = (typeof promotionMethods)[number];

/** Periods of a series: the promotion is from … until, and what may have paid for it follows; `until` is not part of it. */
export interface PromotionSpan {
  from: number;
  until: number;
  /** Periods after it that are looked at for what they lack. */
  dip: number;
}

/** An amount of a period, and of all periods and units of the promotion together; no interval where the method has none. */
export interface PromotionAmount {
  perPeriod: number;
  low: number | null;
  high: number | null;
  /** Two-sided. */
  p: number | null;
  total: number;
  totalLow: number | null;
  totalHigh: number | null;
  /** Of what was expected without it. */
  relative: number | null;
}

/** What a gain came out of: the days after it (pull-forward), or what else is sold (cannibalisation). */
export interface Moved {
  amount: PromotionAmount;
  /** Share of the gain, −lost ÷ gained, with Fieller's interval; null where nothing was gained. */
  share: { share: number; low: number | null; high: number | null } | null;
  /** The loss is more than chance; null where the method cannot tell. */
  isMoved: boolean | null;
}

/**
 * One thing that has to hold for an effect to be one. `placebo`: no effect where nothing happened. `memory`: days are
 * independent once the day before is known. `year`: the time of the year is taken off. `parallel`, `slopes`: both sides went
 * alike before. `fit`: the others make the unit up. `donors`: enough of them that chance could be ruled out.
 */
export interface PromotionCheck {
  code: 'placebo' | 'memory' | 'year' | 'parallel' | 'slopes' | 'fit' | 'donors';
  verdict: 'pass' | 'warn' | 'fail' | 'unknown';
  /** A p value, the share of a spread that is missed, or a number of donors. */
  value: number | null;
}

/** What a promotion brought where no lots were drawn, and whether that may be believed. */
export interface PromotionEffect extends PromotionSpan {
  method: PromotionMethod;
  level: number;
  /** How many treated units the total is of. */
  units: number;
  /** Of each period: of all treated together (before and after), or of a treated unit on average. */
  actual: Float64Array;
  expected: Float64Array;
  /** Where what is expected may lie. */
  low: Float64Array;
  high: Float64Array;
  effect: PromotionAmount;
  pullForward: Moved | null;
  cannibalised: Moved | null;
  checks: PromotionCheck[];
  /** Before and after: the same stretch just before, where nothing happened. */
  placebo?: { perPeriod: number; low: number; high: number; p: number };
  /** Difference in differences: each period beside the mean of those before. */
  gap?: { period: number; difference: number; low: number; high: number }[];
  /** Synthetic control: who it is mixed from, and how each unit's distance grew; the first ratio is the treated unit's. */
  mixture?: { weights: { name: string; weight: number }[]; ratios: { name: string; ratio: number }[]; misfit: number };
}

/** Nothing that has to hold was seen not to. */
export function promotionHolds({ checks }: Pick<PromotionEffect, 'checks'>): boolean {
  return checks.every(({ verdict }) => verdict !== 'fail');
}

export interface PromotionSeries extends PromotionSpan {
  /** One value a day. */
  values: Float64Array;
  /** What else is sold, of the same days. */
  others?: Float64Array;
  firstDay: number;
  /** Other promotions and holidays, as day numbers. */
  known?: readonly Stretch[];
}

/** Days against trend, weekday and time of the year. @throws UserError what {@link beforeAfter} throws, `promotion_flat` */
export function beforeAfterEffect({ values, others, firstDay, known = [], ...span }: PromotionSeries, level = 0.95): PromotionEffect {
  if (span.until <= span.from || span.until + span.dip > values.length) throw outside();
  requireVariation(values.subarray(0, Math.max(0, span.from)));
  const [from, until, end] = [span.from, span.until, span.until + span.dip].map((period) => firstDay + period);
  const stretches = [{ id: 'promotion', from, to: until }, ...(span.dip > 0 ? [{ id: 'afterwards', from: until, to: end }] : [])];
  const of = (series: Float64Array) => beforeAfter(series, firstDay, stretches, level, known);
  const found = of(values);
  const { effects, expected, spread, covariance, hasYear, assumptions } = found;
  const amountOf = ({ perDay, low, high, p }: (typeof effects)[number], first: number, last: number, without: Float64Array) =>
    amount({ perPeriod: perDay, low, high, p }, last - first, meanOf(without, first, last));
  const [gain, after] = effects;
  const [days, daysAfter] = [span.until - span.from, span.dip];
  const size = stretches.length;
  const shareOf = (lost: number, varLost: number, cov: number) =>
    gain.perDay > 0 ? finite(fieller(-lost, gain.perDay * days, varLost, covariance[0] * days ** 2, -cov, level)) : null;
  const z = 1.96;
  const { placebo, independence } = assumptions;
  return {
    method: 'before-after',
    level,
    units: 1,
    ...span,
    actual: values,
    expected,
    low: expected.map((value) => value - z * spread),
    high: expected.map((value) => value + z * spread),
    effect: amountOf(gain, span.from, span.until, expected),
    pullForward: after
      ? {
          amount: amountOf(after, span.until, span.until + span.dip, expected),
          share: shareOf(after.perDay * daysAfter, covariance[size + 1] * daysAfter ** 2, covariance[1] * days * daysAfter),
          isMoved: after.perDay < 0 && after.p < 1 - level,
        }
      : null,
    cannibalised: others ? lostElsewhere(others) : null,
    checks: [
      { code: 'placebo', verdict: placebo ? verdictOf(placebo.p) : 'unknown', value: placebo?.p ?? null },
      { code: 'memory', verdict: independence.p < 0.05 ? 'warn' : 'pass', value: independence.p },
      { code: 'year', verdict: hasYear ? 'pass' : 'warn', value: null },
    ],
    ...(placebo && { placebo: { perPeriod: placebo.perDay, low: placebo.low, high: placebo.high, p: placebo.p } }),
  };

  function lostElsewhere(others: Float64Array): Moved {
    const lost = of(others);
    const both = of(values.map((value, day) => value + others[day]));
    // Var(a + b) = Var a + Var b + 2 Cov, as in `displacement`.
    const cov = ((both.covariance[0] - covariance[0] - lost.covariance[0]) / 2) * days ** 2;
    const [level0] = lost.effects;
    return {
      amount: amountOf(level0, span.from, span.until, lost.expected),
      share: shareOf(level0.perDay * days, lost.covariance[0] * days ** 2, cov),
      isMoved: level0.perDay < 0 && level0.p < 1 - level,
    };
  }
}

export interface PromotionPanel extends PromotionSpan {
  names: readonly string[];
  periods: number;
  /** `names × periods`, one unit after the other. */
  values: Float64Array;
  /** Of each unit: it got it, it is compared with, or it may have lost by it. */
  roles: readonly ('treated' | 'compared' | 'losing')[];
  /** Each unit is compared as a share of its own mean before, so that large and small ones move alike; amounts are told all the same. */
  ofOwnLevel?: boolean;
}

/**
 * Treated units against others: their mean change (difference in differences), or one against a mixture of others.
 * @throws UserError what the method throws; `synthetic_treated`, `promotion_outside`, `promotion_flat`
 */
export async function panelEffect(
  method: Exclude<PromotionMethod, 'before-after'>,
  panel: PromotionPanel,
  run: RunContext,
  level = 0.95,
): Promise<PromotionEffect> {
  const { names, roles, from, until, dip, periods } = panel;
  if (from < 1 || until <= from || until + dip > periods) throw outside();
  const unitsOf = (role: PromotionPanel['roles'][number]) => [...names.keys()].filter((unit) => roles[unit] === role);
  const [treated, losing] = [unitsOf('treated'), unitsOf('losing')];
  for (const unit of treated) requireVariation(panel.values.subarray(unit * periods, unit * periods + from), names[unit]);
  const before = names.map((_, unit) => meanOf(panel.values, unit * periods, unit * periods + from));
  // What sold nothing before has no share of it.
  const compared = unitsOf('compared').filter((unit) => !panel.ofOwnLevel || before[unit] > 0);
  const values = panel.ofOwnLevel ? panel.values.map((value, i) => value / (before[Math.floor(i / periods)] || 1)) : panel.values;
  const levelOf = (units: number[]) =>
    panel.ofOwnLevel && units.length > 0 ? units.reduce((sum, unit) => sum + before[unit], 0) / units.length : 1;
  const compare: Comparison = {
    panel: { ...panel, values },
    sides: { treated, compared, losing },
    levels: { treated: levelOf(treated), losing: levelOf(losing) },
  };
  return method === 'difference-in-differences' ? didEffect(compare, level) : mixedEffect(compare, run, level);
}

interface Comparison {
  panel: PromotionPanel;
  sides: Record<PromotionPanel['roles'][number], number[]>;
  /** What values are multiplied by to be amounts again. */
  levels: { treated: number; losing: number };
}

function didEffect({ panel, sides: { treated, compared, losing }, levels }: Comparison, level: number): PromotionEffect {
  const { periods, values, from, until, dip } = panel;
  const during = until - from;
  const units = [...compared, ...treated];
  const comparedUntil = (end: number) =>
    differenceInDifferences(
      {
        units: units.length,
        periods: end,
        values: joined(units.map((unit) => values.slice(unit * periods, unit * periods + end))),
        treated: Uint8Array.from(units, (_, i) => (i < compared.length ? 0 : 1)),
        after: from,
      },
      level,
    );
  const { effect, gap, slopes, parallelTrends } = comparedUntil(until);
  const changeOf = (unit: number, first: number, last: number) =>
    meanOf(values, unit * periods + first, unit * periods + last) - meanOf(values, unit * periods, unit * periods + from);
  const gaps = (dip > 0 ? comparedUntil(until + dip).gap : gap).map(({ period, ...each }) => ({
    period,
    difference: each.difference * levels.treated,
    low: each.low * levels.treated,
    high: each.high * levels.treated,
  }));
  const actual = averageOf(panel, treated, until + dip, levels.treated);
  const [expected, low, high] = (['difference', 'high', 'low'] as const).map((part) => actual.map((value, t) => value - gaps[t][part]));
  return {
    method: 'difference-in-differences',
    level,
    units: treated.length,
    from,
    until,
    dip,
    actual,
    expected,
    low,
    high,
    effect: amount(fromEffect(effect, levels.treated), during, meanOf(expected, from, until), treated.length),
    pullForward: dip > 0 ? pulledForward() : null,
    cannibalised: losing.length > 0 ? lostElsewhere() : null,
    checks: [
      { code: 'parallel', verdict: parallelTrends ? verdictOf(parallelTrends.p) : 'unknown', value: parallelTrends?.p ?? null },
      { code: 'slopes', verdict: slopes ? verdictOf(slopes.p) : 'unknown', value: slopes?.p ?? null },
    ],
    gap: gaps,
  };

  /** Each unit is one draw, with what it gained and what it then lacked. */
  function pulledForward(): Moved {
    const partsOf = (side: number[]) => ({
      gaining: Float64Array.from(side, (unit) => changeOf(unit, from, until) * during),
      losing: Float64Array.from(side, (unit) => changeOf(unit, until, until + dip) * dip),
    });
    const { lost, displaced, isDisplaced } = displacement(partsOf(compared), partsOf(treated), level);
    return {
      amount: amount(fromEffect(lost, levels.treated / dip), dip, meanOf(expected, until, until + dip), treated.length),
      share: displaced && finite(displaced),
      isMoved: isDisplaced,
    };
  }

  function lostElsewhere(): Moved {
    if (losing.length < 2) {
      throw new UserError(
        'promotion_losing',
        'One unit alone may have lost by it, and two are needed at least.',
        'Name more units that it may have come out of, or none.',
      );
    }
    const sumsOfChanges = (side: number[]) => sumsOf(Float64Array.from(side, (unit) => changeOf(unit, from, until)));
    const lost = meanEffect(sumsOfChanges(compared), sumsOfChanges(losing), level);
    // Both effects are beside the same units, so that their errors share that of those.
    const shared = varianceOf(sumsOfChanges(compared)) / compared.length;
    const [n, k] = [losing.length * levels.losing, treated.length * levels.treated];
    const share =
      effect.difference > 0
        ? finite(
            fieller(-n * lost.difference, k * effect.difference, (n * lost.error) ** 2, (k * effect.error) ** 2, -n * k * shared, level),
          )
        : null;
    const without = meanOf(averageOf(panel, losing, until), from, until) - lost.difference;
    return {
      amount: amount(fromEffect(lost, levels.losing), during, without * levels.losing, losing.length),
      share,
      isMoved: lost.difference < 0 && lost.p < 1 - level,
    };
  }
}

/** Of the treated unit's own spread before; beyond it the others do not make it up. */
const mostMisfit = 0.5;
/** Of placebos: with fewer no p can be .05. */
const fewestDonors = 19;

async function mixedEffect(
  { panel, sides: { treated, compared, losing }, levels }: Comparison,
  run: RunContext,
  level: number,
): Promise<PromotionEffect> {
  const { names, from, until, dip, periods, values } = panel;
  if (treated.length !== 1) {
    throw new UserError(
      'synthetic_treated',
      `${treated.length} units got it.`,
      'Name one, or take difference-in-differences for several.',
      { count: treated.length },
    );
  }
  const seriesOf = (unit: number) => values.slice(unit * periods, unit * periods + until + dip);
  const own = seriesOf(treated[0]);
  const donors = compared.map(seriesOf);
  const cut = (series: Float64Array) => series.subarray(0, until);
  const mixed = await syntheticControl(cut(own), donors.map(cut), from, run);
  const size = levels.treated;
  const actual = own.map((value) => value * size);
  const expected = own.map((_, t) => size * donors.reduce((sum, donor, d) => sum + mixed.weights[d] * donor[t], 0));
  const missed = 1.96 * size * mixed.fitBefore;
  const without = (amountPerPeriod: number, p: number | null) => ({ perPeriod: amountPerPeriod, low: null, high: null, p });
  const gained = size * mixed.effect * (until - from);
  const shareOf = (lost: number) => (gained > 0 ? { share: -lost / gained, low: null, high: null } : null);
  const afterwards = dip > 0 ? meanOf(actual, until, until + dip) - meanOf(expected, until, until + dip) : 0;
  const p = mixed.placebo.p;
  return {
    method: 'synthetic-control',
    level,
    units: 1,
    from,
    until,
    dip,
    actual,
    expected,
    low: expected.map((value) => value - missed),
    high: expected.map((value) => value + missed),
    effect: amount(without(size * mixed.effect, p), until - from, meanOf(expected, from, until)),
    pullForward:
      dip > 0
        ? {
            amount: amount(without(afterwards, null), dip, meanOf(expected, until, until + dip)),
            share: shareOf(afterwards * dip),
            isMoved: null,
          }
        : null,
    cannibalised: losing.length > 0 ? await lostElsewhere() : null,
    checks: [
      { code: 'fit', verdict: mixed.misfit <= mostMisfit / 2 ? 'pass' : mixed.misfit <= mostMisfit ? 'warn' : 'fail', value: mixed.misfit },
      { code: 'donors', verdict: donors.length >= fewestDonors ? 'pass' : 'warn', value: donors.length },
    ],
    mixture: {
      weights: compared.map((unit, d) => ({ name: names[unit], weight: mixed.weights[d] })),
      ratios: [treated[0], ...compared].map((unit, i) => ({ name: names[unit], ratio: mixed.placebo.ratios[i] })),
      misfit: mixed.misfit,
    },
  };

  /** The mean of those that may have lost, against the same others. */
  async function lostElsewhere(): Promise<Moved> {
    const lost = await syntheticControl(averageOf(panel, losing, until), donors.map(cut), from, run);
    const each = lost.effect * levels.losing;
    const expectedOfThem = levels.losing * meanOf(lost.synthetic, from, until);
    return {
      amount: amount(without(each, lost.placebo.p), until - from, expectedOfThem, losing.length),
      share: shareOf(each * (until - from) * losing.length),
      isMoved: lost.effect < 0 && lost.placebo.p < 1 - level,
    };
  }
}

function verdictOf(p: number): PromotionCheck['verdict'] {
  return p < 0.05 ? 'fail' : p < 0.1 ? 'warn' : 'pass';
}

function fromEffect({ difference, low, high, p }: Effect, times: number) {
  return { perPeriod: difference * times, low: low * times, high: high * times, p };
}

function amount(
  each: Pick<PromotionAmount, 'perPeriod' | 'low' | 'high' | 'p'>,
  periods: number,
  without: number,
  units = 1,
): PromotionAmount {
  const times = (value: number | null) => (value === null ? null : value * periods * units);
  return {
    ...each,
    total: each.perPeriod * periods * units,
    totalLow: times(each.low),
    totalHigh: times(each.high),
    relative: without > 0 ? each.perPeriod / without : null,
  };
}

/** An interval without an end has none that could be written. */
function finite({ share, low, high }: { share: number; low: number; high: number }): NonNullable<Moved['share']> {
  return { share, low: Number.isFinite(low) ? low : null, high: Number.isFinite(high) ? high : null };
}

function averageOf({ values, periods }: PromotionPanel, units: readonly number[], end: number, times = 1): Float64Array {
  return Float64Array.from(
    { length: end },
    (_, t) => (times * units.reduce((sum, unit) => sum + values[unit * periods + t], 0)) / units.length,
  );
}

function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += values[at];
  return sum / (to - from);
}

function joined(series: readonly Float64Array[]): Float64Array {
  const values = new Float64Array(series.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of series) {
    values.set(each, at);
    at += each.length;
  }
  return values;
}

function outside(): UserError {
  return new UserError(
    'promotion_outside',
    'The data does not reach over the promotion, with time before it and the time after it that is asked for.',
    'Choose days that the data has, or look at fewer days after it.',
  );
}

function requireVariation(before: Float64Array, name = ''): void {
  if (before.length === 0 || before.some((value) => value !== before[0])) return;
  throw new UserError(
    'promotion_flat',
    name === '' ? 'Every day before it has the same value.' : `"${name}" has the same value in every period before it.`,
    'Choose another figure, or units that sold something.',
    { name },
  );
}
