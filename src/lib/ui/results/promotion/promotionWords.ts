import type { PromotionAmount, PromotionCheck, PromotionEffect, PromotionMethod } from '$lib/core/experiments/promotionEffect';
import type { Promotion } from '$lib/core/results/promotion';
import type { SeriesMeasure, SeriesSplit } from '$lib/core/results/promotionSeries';
import { m } from '$lib/paraglide/messages';
import type { Format } from '$lib/state/figures';
import { workbench } from '$lib/state/workbench.svelte';
import { eventName } from '../../eventNames';
import { sentences } from '../../joined';
import { attributeName, valueName } from '../../valueNames';

export function methodName(method: PromotionMethod): string {
  const words: Record<PromotionMethod, () => string> = {
    'before-after': m.promotion_method_before_after,
    'difference-in-differences': m.promotion_method_did,
    'synthetic-control': m.promotion_method_synthetic,
  };
  return words[method]();
}

export function measureName(measure: SeriesMeasure): string {
  if (measure.startsWith('event:')) return eventName(measure.slice(6));
  const words: Record<string, () => string> = {
    revenue: m.results_metric_revenue,
    orders: m.results_metric_orders,
    buyers: m.results_metric_buyers_of_day,
  };
  return words[measure]();
}

export function splitName(split: SeriesSplit): string {
  if (split.startsWith('user.')) return attributeName(split.slice(5));
  const words: Record<string, () => string> = {
    category: m.promotion_split_category,
    subcategory: m.promotion_split_subcategory,
    brand: m.promotion_split_brand,
    channel: m.promotion_split_channel,
    device: m.promotion_split_device,
    segment: m.promotion_split_segment,
  };
  return words[split]?.() ?? split;
}

/** A unit as the marketer calls it: a segment by its name, a channel by its word. */
export function unitName(split: SeriesSplit | undefined, unit: string): string {
  if (split === 'segment') return workbench.plan?.segments.find(({ id }) => id === unit)?.name ?? unit;
  return split ? valueName(split.replace(/^user\./, ''), unit) : unit;
}

export function writeAmount(measure: SeriesMeasure, value: number, format: Format): string {
  return measure === 'revenue' ? format.money(value) : format.number(value, Math.abs(value) < 100 ? 1 : 0);
}

/** The effect in one sentence with its units and interval. */
export function effectSentence({ effect, asked, length }: Promotion, format: Format): string {
  const { effect: found, units, until, from, method } = effect;
  const bound = (value: number) => writeAmount(asked.measure, value, format);
  const write = (value: number) => bound(Math.abs(value));
  const percent = found.relative === null ? '' : format.percent(Math.abs(found.relative));
  const values = {
    what: measureName(asked.measure),
    total: write(found.total),
    percent,
    days: format.days((until - from) * length, 0),
  };
  const words = found.total >= 0 ? m.promotion_effect_more : m.promotion_effect_less;
  const range =
    found.totalLow === null || found.totalHigh === null
      ? m.promotion_effect_placebos({ p: format.p(found.p), count: format.count(effect.mixture?.ratios.length ?? 0) })
      : m.promotion_effect_range({
          level: format.percent(effect.level),
          low: bound(found.totalLow),
          high: bound(found.totalHigh),
          p: format.p(found.p),
        });
  const each = m.promotion_effect_each({
    per: perPeriod(length, units),
    value: bound(found.perPeriod),
  });
  const seen = found.p !== null && found.p >= 0.05 ? m.promotion_effect_unseen() : '';
  return sentences(words(values), range, method === 'before-after' || units === 1 ? '' : each, seen);
}

function perPeriod(length: 1 | 7, units: number): string {
  if (units === 1) return length === 7 ? m.promotion_per_week() : m.promotion_per_day();
  return length === 7 ? m.promotion_per_unit_week() : m.promotion_per_unit_day();
}

/** What the days after, or what else is sold, lacked: an amount and a share of the gain. */
export function movedSentence(
  kind: 'pullForward' | 'cannibalised',
  moved: { amount: PromotionAmount; share: { share: number; low: number | null; high: number | null } | null; isMoved: boolean | null },
  { asked, effect }: Promotion,
  format: Format,
): string {
  const { amount, share, isMoved } = moved;
  const bound = (value: number) => writeAmount(asked.measure, value, format);
  const write = (value: number) => bound(Math.abs(value));
  const words =
    kind === 'pullForward'
      ? amount.total < 0
        ? m.promotion_after_less
        : m.promotion_after_more
      : amount.total < 0
        ? m.promotion_elsewhere_less
        : m.promotion_elsewhere_more;
  const range =
    amount.totalLow === null || amount.totalHigh === null
      ? ''
      : m.promotion_moved_range({
          level: format.percent(effect.level),
          low: bound(amount.totalLow),
          high: bound(amount.totalHigh),
        });
  const part =
    share === null || amount.total >= 0
      ? ''
      : share.low === null || share.high === null
        ? m.promotion_moved_share({ share: format.percent(share.share) })
        : m.promotion_moved_share_range({
            share: format.percent(share.share),
            low: format.percent(Math.max(0, share.low)),
            high: format.percent(share.high),
          });
  const chance = isMoved === null ? m.promotion_moved_unknown() : isMoved ? m.promotion_moved_seen() : m.promotion_moved_unseen();
  return sentences(words({ what: measureName(asked.measure), total: write(amount.total) }), range, part, chance);
}

export function verdictName(verdict: PromotionCheck['verdict']): string {
  return {
    pass: m.promotion_check_pass,
    warn: m.promotion_check_warn,
    fail: m.promotion_check_fail,
    unknown: m.promotion_check_unknown,
  }[verdict]();
}

/** What has to hold, and what was seen of it. */
export function checkSentence({ code, verdict, value }: PromotionCheck, format: Format): string {
  const p = format.p(value);
  const isGood = verdict === 'pass';
  switch (code) {
    case 'placebo':
      if (value === null) return m.promotion_check_placebo_unknown();
      return isGood ? m.promotion_check_placebo_pass({ p }) : m.promotion_check_placebo_fail({ p });
    case 'memory':
      return isGood ? m.promotion_check_memory_pass({ p }) : m.promotion_check_memory_fail({ p });
    case 'year':
      return isGood ? m.promotion_check_year_pass() : m.promotion_check_year_fail();
    case 'parallel':
      if (value === null) return m.promotion_check_parallel_unknown();
      return isGood ? m.promotion_check_parallel_pass({ p }) : m.promotion_check_parallel_fail({ p });
    case 'slopes':
      if (value === null) return m.promotion_check_slopes_unknown();
      return isGood ? m.promotion_check_slopes_pass({ p }) : m.promotion_check_slopes_fail({ p });
    case 'fit':
      return (isGood ? m.promotion_check_fit_pass : m.promotion_check_fit_fail)({ share: format.percent(value, 0) });
    case 'donors':
      return (isGood ? m.promotion_check_donors_pass : m.promotion_check_donors_fail)({
        count: format.count(value),
        p: format.number(1 / ((value ?? 0) + 1), 3),
      });
  }
}

/** Whether what was found may be believed, in one sentence. */
export function beliefSentence({ checks }: PromotionEffect): string {
  if (checks.some(({ verdict }) => verdict === 'fail')) return m.promotion_belief_fail();
  return checks.some(({ verdict }) => verdict === 'warn') ? m.promotion_belief_warn() : m.promotion_belief_pass();
}
