import { plainComparison, type Comparison } from '../measures/asked';
import type { Figure } from './figures';
import type { Meaning } from './meaning';

/** How far a figure is from what a condition asks for. */
export type Miss =
  /** So much more or less of the figure would do; where the bound itself does not do, it must be passed. */
  | { by: 'amount'; amount: number; direction: 'more' | 'less'; passed?: boolean }
  /** So many days earlier or later. */
  | { by: 'days'; days: number; direction: 'earlier' | 'later' }
  /** So many places too far down. */
  | { by: 'places'; places: number };

/** Undefined where a figure can be right or wrong but not near. */
export function missedBy(meaning: Meaning, figure: Figure, asOf: string): Miss | undefined {
  if (figure.is === 'place')
    return figure.place === null || figure.place <= figure.places ? undefined : { by: 'places', places: figure.place - figure.places };
  if (figure.is === 'sequence')
    return figure.came === 'late' && meaning.kind === 'sequence' && meaning.sequence.withinDays !== undefined
      ? { by: 'days', days: figure.days - meaning.sequence.withinDays, direction: 'earlier' }
      : undefined;
  if (figure.is !== 'value' || !('comparison' in meaning)) return undefined;
  const { value } = figure;
  if (typeof value === 'number') return amount(value, meaning.comparison);
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? days(value.slice(0, 10), meaning.comparison, asOf) : undefined;
}

function amount(value: number, { operator, operand }: Comparison): Miss | undefined {
  const [low, high] = Array.isArray(operand) ? (operand as number[]) : [Number(operand), Number(operand)];
  // What 0.3 lacks to 0.4 is 0.1, not 0.10000000000000003.
  const by = (amount: number, direction: 'more' | 'less', passed?: boolean): Miss => ({
    by: 'amount',
    amount: Number(amount.toPrecision(12)),
    direction,
    ...(passed && { passed }),
  });
  switch (operator) {
    case 'atLeast':
      return value < low ? by(low - value, 'more') : undefined;
    case 'atMost':
      return value > low ? by(value - low, 'less') : undefined;
    case 'moreThan':
      return value <= low ? by(low - value, 'more', true) : undefined;
    case 'lessThan':
      return value >= low ? by(value - low, 'less', true) : undefined;
    case 'between':
      if (value < low) return by(low - value, 'more');
      return value > high ? by(value - high, 'less') : undefined;
    case 'is':
      return value === low ? undefined : by(Math.abs(low - value), value < low ? 'more' : 'less');
    default:
      return undefined;
  }
}

function days(value: string, comparison: Comparison, asOf: string): Miss | undefined {
  const { operator, operand } = plainComparison(comparison, asOf);
  const ends = [operand].flat() as string[];
  const apart = (a: string, b: string) => (Date.parse(b) - Date.parse(a)) / 86_400_000;
  const late = (bound: string): Miss => ({ by: 'days', days: apart(bound, value), direction: 'earlier' });
  const early = (bound: string): Miss => ({ by: 'days', days: apart(value, bound), direction: 'later' });
  switch (operator) {
    case 'before':
      return value >= ends[0] ? { by: 'days', days: apart(ends[0], value) + 1, direction: 'earlier' } : undefined;
    case 'after':
      return value <= ends[0] ? { by: 'days', days: apart(value, ends[0]) + 1, direction: 'later' } : undefined;
    case 'is':
      if (value === ends[0]) return undefined;
      return value > ends[0] ? late(ends[0]) : early(ends[0]);
    case 'between':
      if (value > ends[1]) return late(ends[1]);
      return value < ends[0] ? early(ends[0]) : undefined;
    default:
      return undefined;
  }
}
