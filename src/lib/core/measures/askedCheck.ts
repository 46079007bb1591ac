import { isDate } from '../schema/asOf';
import type { ComparedKind } from './comparison';
import { comparedAs, comparisonOperators, comparisonsOf, type Comparison, type ComparedAs } from './asked';
import { emptyCondition, type Problem } from '../base/problem';

/**
 * What is wrong with the one comparison of a condition on something of this kind; `name` is what the person reads.
 */
export function checkComparison(leaf: object, name: string, kind: ComparedKind): Problem[] {
  const comparisons = comparisonsOf(leaf);
  if (comparisons.length === 0) return [emptyCondition()];
  if (comparisons.length === 1) return checkOperator(name, comparedAs(kind), comparisons[0]);
  const names = comparisons.map(({ operator }) => operator).join(', ');
  return [
    {
      code: 'condition_double',
      message: `The condition on "${name}" has more than one comparison: ${names}.`,
      hint: 'Keep one of them, and add a condition for each other.',
      values: { trait: name, comparisons: names },
    },
  ];
}

function checkOperator(trait: string, as: ComparedAs, comparison: Comparison): Problem[] {
  const { operator } = comparison;
  const { of } = comparisonOperators[operator];
  if (of === 'text-or-date' && as !== 'text' && as !== 'date')
    return [
      {
        code: 'comparison_needs_text',
        message: `"${operator}" looks into text, but "${trait}" is not text.`,
        hint: 'Use another comparison.',
        values: { trait, operator },
      },
    ];
  if (of === 'date' && as !== 'date')
    return [
      {
        code: 'comparison_needs_date',
        message: `"${operator}" compares dates, but "${trait}" is not a date.`,
        hint: 'Use another comparison.',
        values: { trait, operator },
      },
    ];
  if (of === 'number' && as !== 'number')
    return [
      {
        code: 'comparison_needs_number',
        message: `"${operator}" compares numbers, but "${trait}" is not a number.`,
        hint: 'Use is, is one of or contains.',
        values: { trait, operator },
      },
    ];
  return checkOperand(trait, as, comparison);
}

function checkOperand(trait: string, as: ComparedAs, { operator, operand }: Comparison): Problem[] {
  const operands = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  const kind = comparisonOperators[operator].operand;
  if (operands.length === 0 || operands.some((value) => value === '' && operator !== 'is' && operator !== 'isNot'))
    return [emptyCondition()];
  if (kind === 'date' || kind === 'dates') return checkDates(trait, operands);
  if (kind === 'days') return checkDays(operand);
  if (!fits(as, operator === 'exists', operands))
    return [
      {
        code: 'comparison_value_wrong',
        message: `"${trait}" cannot be compared with ${operands.map((value) => JSON.stringify(value)).join(', ')}.`,
        hint: 'Give a number for numbers, yes or no for yes/no traits, and text for text.',
        values: { trait, value: operands.map(String).join(', ') },
      },
    ];
  if (kind === 'numbers' && (operands.length !== 2 || Number(operands[0]) > Number(operands[1])))
    return [
      {
        code: 'between_backwards',
        message: `"${trait}" is between ${operands.join(' and ')}, which is no one.`,
        hint: 'Write the smaller first.',
        values: { trait, low: Number(operands[0]), high: Number(operands[1]) },
      },
    ];
  if (kind === 'percent' && !(Number(operand) > 0 && Number(operand) <= 100))
    return [
      {
        code: 'percent_out_of_range',
        message: `${String(operand)} % of "${trait}" is no share.`,
        hint: 'Give a percentage above 0 and at most 100.',
        values: { trait, value: Number(operand) },
      },
    ];
  return [];
}

function fits(as: ComparedAs, asksForValue: boolean, operands: readonly unknown[]): boolean {
  if (asksForValue) return operands.length === 1 && typeof operands[0] === 'boolean';
  return operands.every((value) =>
    as === 'number' ? Number.isFinite(value) : as === 'boolean' ? typeof value === 'boolean' : typeof value !== 'boolean',
  );
}

function checkDates(trait: string, dates: readonly unknown[]): Problem[] {
  const wrong = dates.filter((date) => !isLocalDate(date)).map(dateInvalid);
  if (wrong.length > 0) return wrong;
  const [from, to] = dates as string[];
  if (dates.length === 2 && from > to)
    return [
      {
        code: 'window_backwards',
        message: `The window from ${from} to ${to} ends before it begins.`,
        hint: 'Swap the two dates.',
        values: { from, to, trait },
      },
    ];
  return [];
}

function checkDays(days: unknown): Problem[] {
  if (Number.isInteger(days) && Number(days) >= 1 && Number(days) <= 36500) return [];
  return [
    {
      code: 'days_invalid',
      message: `"${String(days)}" is no number of days.`,
      hint: 'Give a whole number of days from 1 to 36500.',
      values: { days: String(days) },
    },
  ];
}

/** A day that exists, written `YYYY-MM-DD`. */
function isLocalDate(date: unknown): boolean {
  return typeof date === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(date) && isDate(date);
}

function dateInvalid(date: unknown): Problem {
  return {
    code: 'date_invalid',
    message: `"${String(date)}" is no date.`,
    hint: 'Write year, month and day, such as 2026-05-01.',
    values: { date: String(date) },
  };
}
