import type { TraitRule } from './rule';

/** What a trait can be asked, and of which traits. `any` fits all. */
export const comparisonOperators = {
  is: 'any',
  isNot: 'any',
  oneOf: 'any',
  contains: 'text',
  startsWith: 'text',
  atLeast: 'number',
  atMost: 'number',
  moreThan: 'number',
  lessThan: 'number',
  between: 'number',
  exists: 'any',
  topPercent: 'number',
  bottomPercent: 'number',
} as const;

export type ComparisonOperator = keyof typeof comparisonOperators;
export const comparisonNames = Object.keys(comparisonOperators) as ComparisonOperator[];

/** The comparisons that a trait rule holds; a rule that is right holds exactly one. */
export function comparisonsOf(rule: TraitRule): { operator: ComparisonOperator; operand: unknown }[] {
  return comparisonNames.filter((operator) => rule[operator] !== undefined).map((operator) => ({ operator, operand: rule[operator] }));
}
