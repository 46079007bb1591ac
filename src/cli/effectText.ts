import type { Moved, PromotionAmount, PromotionCheck, PromotionEffect } from '../lib/core/experiments/promotionEffect';

/** What a promotion brought, line by line. */
export function effectText(effect: PromotionEffect, per: string): string[] {
  const { effect: gained, pullForward, cannibalised, checks, mixture, units, level } = effect;
  const percent = Math.round(100 * level);
  const many = units > 1 ? ` and unit, of ${units}` : '';
  return [
    `effect: ${amountText(gained, per + many, percent)}`,
    ...(pullForward ? [`afterwards: ${movedText(pullForward, per, percent)}`] : []),
    ...(cannibalised ? [`elsewhere: ${movedText(cannibalised, per, percent)}`] : []),
    ...(mixture ? [mixtureText(mixture.weights)] : []),
    ...checks.map(checkText),
  ];
}

function amountText({ perPeriod, low, high, p, total, relative }: PromotionAmount, per: string, percent: number): string {
  const range = low === null || high === null ? '' : ` (${percent} %: ${figure(low)} to ${figure(high)})`;
  const chance = p === null ? '' : `, p = ${p.toPrecision(2)}`;
  const share = relative === null ? '' : ` (${relative > 0 ? '+' : ''}${(100 * relative).toFixed(1)} %)`;
  return `${figure(perPeriod)} a ${per}${range}${chance}; ${figure(total)} in all${share}`;
}

function movedText({ amount, share }: Moved, per: string, percent: number): string {
  const told = amountText(amount, per, percent);
  if (!share) return told;
  const range = share.low === null || share.high === null ? '' : ` (${(100 * share.low).toFixed(0)} to ${(100 * share.high).toFixed(0)} %)`;
  return `${told}: ${(100 * share.share).toFixed(0)} % of the gain${range}`;
}

function mixtureText(weights: NonNullable<PromotionEffect['mixture']>['weights']): string {
  const parts = weights.filter(({ weight }) => weight > 0.005).sort((a, b) => b.weight - a.weight);
  return `Mixed from ${parts.map(({ name, weight }) => `${name} ${(100 * weight).toFixed(0)} %`).join(', ')}.`;
}

function checkText({ code, verdict, value }: PromotionCheck): string {
  return `${verdict}: ${checkWords(code, verdict !== 'fail' && verdict !== 'warn', value)}`;
}

function checkWords(code: PromotionCheck['code'], good: boolean, value: number | null): string {
  const p = value === null ? '' : ` (p = ${value.toPrecision(2)})`;
  switch (code) {
    case 'placebo':
      if (value === null) return 'nobody can tell whether the season is caught: too few days lie before';
      return good
        ? `no effect just before, where nothing happened${p}`
        : `an effect just before, where nothing happened${p}: the season is not caught`;
    case 'memory':
      return good
        ? `days are independent once the day before is known${p}`
        : `days still remember each other${p}: intervals may be too narrow`;
    case 'year':
      return good ? 'the time of the year is taken off' : 'no whole year lies before, so the time of the year is not taken off';
    case 'parallel':
      if (value === null) return 'period by period nobody can tell whether both sides went alike before: too many periods for these units';
      return good ? `both sides went alike before${p}` : `both sides did not go alike before${p}: the effect need not be one`;
    case 'slopes':
      if (value === null) return 'too few periods before to see a trend';
      return good ? `both sides had the same trend before${p}` : `both sides had another trend before${p}: the effect need not be one`;
    case 'fit':
      return `before, the mixture misses by ${(100 * value!).toFixed(0)} % of the unit's own spread${good ? '' : ': the others do not make it up well'}`;
    case 'donors':
      return good ? `${value} placebos` : `only ${value} placebos: p cannot be below ${(1 / (value! + 1)).toPrecision(2)}`;
  }
}

function figure(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 });
}
