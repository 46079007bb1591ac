import { m } from '$lib/paraglide/messages';
import type { TraitInfo, TraitKind } from '$lib/core/profiles/traits';
import type { TraitRule } from '$lib/core/segments/rule';

/** The comparisons the builder offers; `missing` is `exists: false`. */
export type Operator = Exclude<keyof TraitRule, 'trait'> | 'missing';

const numeric: Operator[] = [
  'atLeast',
  'atMost',
  'between',
  'moreThan',
  'lessThan',
  'is',
  'isNot',
  'topPercent',
  'bottomPercent',
  'exists',
  'missing',
];
const text: Operator[] = ['is', 'isNot', 'oneOf', 'contains', 'startsWith', 'exists', 'missing'];
const byKind: Partial<Record<TraitKind, Operator[]>> = {
  text,
  date: ['startsWith', 'exists', 'missing'],
  boolean: ['is', 'exists', 'missing'],
  score: ['topPercent', 'bottomPercent', 'atLeast', 'atMost', 'between', 'exists', 'missing'],
};

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
  exists: m.segments_op_exists,
  missing: m.segments_op_missing,
  topPercent: m.segments_op_topPercent,
  bottomPercent: m.segments_op_bottomPercent,
};

export function operatorsFor(kind: TraitKind | undefined): { value: Operator; label: string }[] {
  return (byKind[kind ?? 'number'] ?? numeric).map((operator) => ({ value: operator, label: words[operator]() }));
}

export function operatorOf(rule: TraitRule): Operator {
  if (rule.exists === false) return 'missing';
  return (Object.keys(rule) as (keyof TraitRule)[]).find((key) => key !== 'trait' && rule[key] !== undefined) as Operator;
}

/** The rule with another comparison, keeping the value where it still makes sense. */
export function withOperator(rule: TraitRule, operator: Operator, trait: TraitInfo | undefined): TraitRule {
  const { trait: id } = rule;
  const held = [rule.is, rule.atLeast, rule.atMost, rule.moreThan, rule.lessThan, rule.between?.[0]].find(
    (value) => typeof value === 'number',
  ) as number | undefined;
  const number = held ?? Math.round(((trait?.min ?? 0) + (trait?.max ?? 60)) / 2);
  const word = [rule.is, rule.isNot, rule.contains, rule.startsWith, rule.oneOf?.[0]].find((value) => typeof value === 'string') as
    string | undefined;
  const firstWord = word ?? trait?.values?.[0]?.value ?? '';
  switch (operator) {
    case 'missing':
      return { trait: id, exists: false };
    case 'exists':
      return { trait: id, exists: true };
    case 'between':
      return { trait: id, between: [Math.min(number, trait?.min ?? number), number] };
    case 'topPercent':
    case 'bottomPercent':
      return { trait: id, [operator]: rule.topPercent ?? rule.bottomPercent ?? 10 };
    case 'oneOf':
      return { trait: id, oneOf: [firstWord] };
    case 'contains':
    case 'startsWith':
      return { trait: id, [operator]: firstWord };
    case 'is':
    case 'isNot':
      return { trait: id, [operator]: trait?.kind === 'boolean' ? true : trait?.kind === 'text' ? firstWord : number };
    default:
      return { trait: id, [operator]: number };
  }
}

/** A condition on another trait starts with the comparison that is asked most of it. */
export function conditionOn(trait: TraitInfo): TraitRule {
  const first: Operator = trait.kind === 'text' ? 'is' : (operatorsFor(trait.kind)[0]?.value ?? 'exists');
  return withOperator({ trait: trait.id }, trait.id.startsWith('daysSince') ? 'atMost' : first, trait);
}
