import { m } from '$lib/paraglide/messages';
import { comparedAs, comparisonNames, comparisonOperators, comparisonsOf, type ComparisonOperator } from '$lib/core/measures/asked';
import type { TraitInfo, TraitKind } from '$lib/core/profiles/traits';
import type { TraitRule } from '$lib/core/segments/rule';
import { workbench } from '$lib/state/workbench.svelte';

/** The comparisons the builder offers; `missing` is `exists: false`. */
export type Operator = ComparisonOperator | 'missing';

/** The comparison of a condition, without what is compared. */
export type Written = Omit<TraitRule, 'trait'>;

/** What is compared: a trait, or a figure over events of which only the kind is known. */
/** `id` where it is a trait, whose values may have better words than the data has. */
export type Compared = Pick<TraitInfo, 'kind' | 'min' | 'max' | 'values'> & { id?: string };

const words: Record<Operator, () => string> = {
  is: m.segments_op_is,
  isNot: m.segments_op_isNot,
  oneOf: m.segments_op_oneOf,
  contains: m.segments_op_contains,
  startsWith: m.segments_op_startsWith,
  atLeast: m.segments_op_atLeast,
  atMost: m.segments_op_atMost,
  moreThan: m.segments_op_moreThan,
  lessThan: m.segments_op_lessThan,
  between: m.segments_op_between,
  before: m.segments_op_before,
  after: m.segments_op_after,
  on: m.segments_op_on,
  betweenDates: m.segments_op_betweenDates,
  withinDays: m.segments_op_withinDays,
  longerAgoThanDays: m.segments_op_longerAgoThanDays,
  exists: m.segments_op_exists,
  missing: m.segments_op_missing,
  topPercent: m.segments_op_topPercent,
  bottomPercent: m.segments_op_bottomPercent,
};

/** A score is asked for its best first; whole numbers of it mean nothing. */
const forScores: Operator[] = ['topPercent', 'bottomPercent', 'atLeast', 'atMost', 'between', 'exists', 'missing'];

export function operatorsFor(kind: TraitKind): { value: Operator; label: string }[] {
  const offered = comparisonNames.filter((name) => comparisonOperators[name].offered.includes(comparedAs(kind)));
  const operators: Operator[] = kind === 'score' ? forScores : [...offered, 'missing'];
  return operators.map((operator) => ({ value: operator, label: words[operator]() }));
}

export function comparisonIn(written: Written): { operator: Operator; operand: unknown } | undefined {
  const [held] = comparisonsOf(written);
  return held?.operator === 'exists' && held.operand === false ? { operator: 'missing', operand: false } : held;
}

/** Another comparison, keeping the value where it still makes sense. */
export function withOperator(written: Written, operator: Operator, compared: Compared): Written {
  const values = comparisonsOf(written).flatMap(({ operand }) => operand as unknown[]);
  const number =
    values.find((value): value is number => typeof value === 'number') ?? Math.round(((compared.min ?? 0) + (compared.max ?? 60)) / 2);
  const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  const day = values.find(isDay) ?? (workbench.view?.asOf ?? '2026-01-01').slice(0, 10);
  const text = values.find((value): value is string => typeof value === 'string' && !isDay(value)) ?? compared.values?.[0]?.value ?? '';
  if (operator === 'missing') return { exists: false };
  switch (comparisonOperators[operator].operand) {
    case 'boolean':
      return { exists: true };
    case 'numbers':
      return { [operator]: [Math.min(number, compared.min ?? number), number] };
    case 'percent':
      return { [operator]: written.topPercent ?? written.bottomPercent ?? 10 };
    case 'days':
      return { [operator]: written.withinDays ?? written.longerAgoThanDays ?? 30 };
    case 'date':
      return { [operator]: day };
    case 'dates':
      return { [operator]: [day, day] };
    case 'values':
      return { [operator]: [text] };
    case 'text':
      return { [operator]: text };
    case 'value':
      return { [operator]: compared.kind === 'boolean' ? true : compared.kind === 'text' ? text : number };
    case 'number':
      return { [operator]: number };
  }
}

/** A condition on another trait starts with the comparison that is asked most of it. */
export function conditionOn(trait: TraitInfo): TraitRule {
  const first: Operator = trait.id.startsWith('daysSince') ? 'atMost' : (operatorsFor(trait.kind)[0]?.value ?? 'exists');
  return { trait: trait.id, ...withOperator({}, first, trait) };
}
