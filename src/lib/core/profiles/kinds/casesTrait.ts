import { z } from '../../base/shape';
import { UserError } from '../../base/errors';
import type { Dialect } from '../../measures/dialect';
import { comparedAs, comparisonShape, comparisonsOf, plainComparison, type Comparison } from '../../measures/asked';
import { checkComparison } from '../../measures/askedCheck';
import { comparisonHolds, type ComparedKind } from '../../measures/comparison';
import { join, type Sql } from '../../store/sql';
import type { DefinitionKind } from './kind';

const comparison = z.strictObject({ trait: z.string().min(1), ...comparisonShape });
const text = z.string().min(1).max(80);
const schema = z.strictObject({
  /** In this order: the first of which all comparisons hold gives the value. */
  first: z
    .array(z.strictObject({ value: text, when: z.array(comparison).min(1).max(20) }))
    .min(1)
    .max(50),
  /** The value of everybody else; left out, they have none. */
  otherwise: text.optional(),
});

/** A comparison with a trait, as conditions of rules have it. */
export type CaseComparison = z.infer<typeof comparison>;

/**
 * Tags of which everybody has at most one: a value tier, a stage of life. A comparison here is told from one person's row,
 * so shares of people ("top 10 percent") stand in a rank trait first.
 */
export type CasesDefinition = z.infer<typeof schema>;

export const casesTrait: DefinitionKind<CasesDefinition> = {
  schema,
  refersTo: ({ first }) => [...new Set(first.flatMap(({ when }) => when.map(({ trait }) => trait)))],
  rename: (cases, from, to) => ({
    ...cases,
    first: cases.first.map(({ value, when }) => ({ value, when: when.map((one) => (one.trait === from ? { ...one, trait: to } : one)) })),
  }),
  kindOf: () => 'text',
  check({ first }, { kindOf }) {
    const problems = first.flatMap(({ when }) =>
      when.flatMap(({ trait, ...written }) => {
        const kind = kindOf(trait);
        const unfit = comparisonsOf(written).find((one) => !ofOneRow(one, kind));
        if (unfit) return [unfitting(trait, unfit.operator)];
        if (!kind) return comparisonsOf(written).length === 1 ? [] : checkComparison(written, trait, 'number').slice(0, 1);
        return checkComparison(written, trait, kind);
      }),
    );
    const values = first.map(({ value }) => value);
    const twice = values.find((value, i) => values.indexOf(value) < i);
    return [
      ...problems.map(({ code, message, hint, values }) => new UserError(code, message, hint, values)),
      ...(twice === undefined
        ? []
        : [new UserError('case_value_twice', `Two cases have the value "${twice}".`, 'Give each a value of its own.', { value: twice })]),
    ];
  },
  expression({ first, otherwise }, { dialect, asOf, trait }) {
    const { sql } = dialect;
    const cases = first.map(({ value, when }) => {
      const all = when.map(({ trait: id, ...written }) => holds(dialect, trait(id), comparisonsOf(written)[0], asOf));
      return sql`WHEN ${join(all, ' AND ')} THEN ${value}`;
    });
    return sql`CASE ${join(cases, ' ')} ELSE ${otherwise ?? null} END`;
  },
};

/** The kind that a comparison is made in is known by the comparison itself, as traits' columns are of many types. */
function holds(dialect: Dialect, column: Sql, comparison: Comparison, asOf: string): Sql {
  const { sql } = dialect;
  const plain = plainComparison(comparison, asOf);
  if (plain.operator !== 'isNot') return comparisonHolds(dialect, column, kindAsked(comparison), plain);
  return sql`(${comparisonHolds(dialect, column, kindAsked(comparison), { operator: 'is', operand: plain.operand })}) IS NOT TRUE`;
}

function kindAsked({ operator, operand }: Comparison): ComparedKind {
  switch (operator) {
    case 'before':
    case 'after':
    case 'on':
    case 'betweenDates':
    case 'withinDays':
    case 'longerAgoThanDays':
      return 'date';
    case 'contains':
    case 'startsWith':
      return 'text';
    case 'is':
    case 'isNot':
    case 'oneOf': {
      const [value] = [operand].flat();
      return typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'number' : 'text';
    }
    case 'exists':
      return 'boolean';
    default:
      return 'number';
  }
}

/** Whether a comparison can be told from one row, and its kind by itself: a day is compared with `on`. */
function ofOneRow({ operator }: Comparison, kind: ComparedKind | undefined): boolean {
  if (operator === 'topPercent' || operator === 'bottomPercent') return false;
  return !(kind !== undefined && comparedAs(kind) === 'date' && ['is', 'isNot', 'oneOf', 'contains', 'startsWith'].includes(operator));
}

function unfitting(trait: string, operator: string) {
  return {
    code: 'case_comparison',
    message: `"${operator}" of "${trait}" cannot be a case of a tag.`,
    hint: 'For a share of people use a trait that is a rank; compare dates with on, before, after or between.',
    values: { trait, operator },
  };
}
