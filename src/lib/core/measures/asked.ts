import { localDateShape, daysShape, z } from '../base/shape';
import type { ComparedKind, Comparison as PlainComparison } from './comparison';
import { addDays } from '../schema/asOf';

/** How a value is compared; text is text, a yes/no is neither text nor a number. */
export type ComparedAs = 'number' | 'text' | 'date' | 'boolean';

/** What stands on the right of a comparison. */
export type OperandKind = 'value' | 'values' | 'text' | 'number' | 'numbers' | 'date' | 'dates' | 'days' | 'percent' | 'boolean';

interface OperatorSpec {
  /** Of which values it can be asked: one kind, or any. */
  of: ComparedAs | 'text-or-date' | 'any';
  operand: OperandKind;
  /** For which the screens offer it; a plan may also hold the others that `of` allows. */
  offered: readonly ComparedAs[];
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** The comparisons as keys of a condition, each optional: a condition that is right holds exactly one. */
export const comparisonShape = {
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
  moreThan: z.number().optional(),
  lessThan: z.number().optional(),
  /** Both ends included. */
  between: z.tuple([z.number(), z.number()]).optional(),
  is: scalar.optional(),
  isNot: scalar.optional(),
  oneOf: z.array(z.union([z.string(), z.number()])).optional(),
  contains: z.string().optional(),
  startsWith: z.string().optional(),
  /** Local dates; `before` and `after` do not include the day itself, `betweenDates` includes both. */
  before: localDateShape.optional(),
  after: localDateShape.optional(),
  on: localDateShape.optional(),
  betweenDates: z.tuple([localDateShape, localDateShape]).optional(),
  /** In the last N whole days before asOf, as windows of events are. */
  withinDays: daysShape.optional(),
  /** Earlier than those. */
  longerAgoThanDays: daysShape.optional(),
  /** The customers with the highest values, in percent of those who have one; ties go by user id. */
  topPercent: z.number().gt(0).max(100).optional(),
  bottomPercent: z.number().gt(0).max(100).optional(),
  /** true: has a value; false: has none. */
  exists: z.boolean().optional(),
};

/** In the order in which screens offer them. */
export const comparisonOperators: Record<ComparisonOperator, OperatorSpec> = {
  atLeast: { of: 'number', operand: 'number', offered: ['number'] },
  atMost: { of: 'number', operand: 'number', offered: ['number'] },
  between: { of: 'number', operand: 'numbers', offered: ['number'] },
  moreThan: { of: 'number', operand: 'number', offered: ['number'] },
  lessThan: { of: 'number', operand: 'number', offered: ['number'] },
  withinDays: { of: 'date', operand: 'days', offered: ['date'] },
  longerAgoThanDays: { of: 'date', operand: 'days', offered: ['date'] },
  before: { of: 'date', operand: 'date', offered: ['date'] },
  after: { of: 'date', operand: 'date', offered: ['date'] },
  on: { of: 'date', operand: 'date', offered: ['date'] },
  betweenDates: { of: 'date', operand: 'dates', offered: ['date'] },
  is: { of: 'any', operand: 'value', offered: ['text', 'boolean', 'number'] },
  isNot: { of: 'any', operand: 'value', offered: ['text', 'number'] },
  oneOf: { of: 'any', operand: 'values', offered: ['text'] },
  contains: { of: 'text-or-date', operand: 'text', offered: ['text'] },
  startsWith: { of: 'text-or-date', operand: 'text', offered: ['text'] },
  topPercent: { of: 'number', operand: 'percent', offered: ['number'] },
  bottomPercent: { of: 'number', operand: 'percent', offered: ['number'] },
  exists: { of: 'any', operand: 'boolean', offered: ['text', 'number', 'date', 'boolean'] },
};

export type ComparisonOperator = keyof typeof comparisonShape;
export const comparisonNames = Object.keys(comparisonOperators) as ComparisonOperator[];

export interface Comparison {
  operator: ComparisonOperator;
  operand: unknown;
}

/** The comparisons that a condition holds; one that is right holds exactly one. */
export function comparisonsOf(leaf: object): Comparison[] {
  const held = leaf as Record<string, unknown>;
  return comparisonNames.filter((operator) => held[operator] !== undefined).map((operator) => ({ operator, operand: held[operator] }));
}

export function comparedAs(kind: ComparedKind): ComparedAs {
  if (kind === 'date' || kind === 'boolean' || kind === 'text') return kind;
  return 'number';
}

/** The comparison in the few terms that engines know: what is relative to asOf becomes dates. */
export function plainComparison({ operator, operand }: Comparison, asOf: string): PlainComparison {
  const daysAgo = (days: number) => addDays(asOf.slice(0, 10), -days);
  switch (operator) {
    case 'on':
      return { operator: 'is', operand };
    case 'betweenDates':
      return { operator: 'between', operand };
    case 'withinDays':
      return { operator: 'between', operand: [daysAgo(Number(operand)), daysAgo(1)] };
    case 'longerAgoThanDays':
      return { operator: 'before', operand: daysAgo(Number(operand)) };
    default:
      return { operator, operand };
  }
}
