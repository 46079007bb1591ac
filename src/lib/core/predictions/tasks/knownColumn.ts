import { UserError } from '../../base/errors';
import { attributePrefix, kindOfType, namedAttributes, queryUserColumns } from '../../profiles/attributes';
import { withReferences } from '../../profiles/planTraits';
import { references } from '../../profiles/profilesQuery';
import { indexesOf, numbersOf, textsOf } from '../../store/columns';
import type { DataScope } from '../../store/dataScope';
import { identifier, sql } from '../../store/sql';
import type { EventScope, FeatureTable, RawFeature } from '../features';
import { happened, type Labels } from '../labels';
import { amountsSection } from '../sections/amounts';
import { calibrationSection, gainsSection, rankingSection } from '../sections/binary';
import { curvesSection, depthSection, segmentQualitySection } from '../sections/reading';
import type { PredictionTarget } from '../spec';
import { labelTable } from '../table/target';
import { fewOutcomes } from './propensity';
import type { Answers, TaskOfToday } from './task';

const fewest = { training: 20, validation: 5, test: 5 };
/** What errors call the customers, in the place of a file. */
const customers = 'customers';

const entry = {
  cutoffs: null,
  options: [],
  /** Nobody knows an order without a model: any is as good. */
  baseline: { id: 'by-chance', scores: ({ userIndexes }: FeatureTable) => new Float64Array(userIndexes.length) },
} satisfies Partial<TaskOfToday>;

/** "Is this customer one of those?" of a column of the customers that says so of some: the answer is learnt from these. */
export const knownColumn: TaskOfToday = {
  ...entry,
  id: 'known-column',
  asks: ['attribute'],
  may: ['positive'],
  outputs: [{ name: '', kind: 'score' }],
  labels: 'binary',
  measures: [rankingSection, depthSection, gainsSection, calibrationSection, curvesSection, segmentQualitySection],
  findings: fewOutcomes,

  async answers(scope, table, target) {
    return readAnswers(scope, table, target, 'binary');
  },

  checkEnough(part, labels, target) {
    const outcomes = happened(labels);
    const yes = outcomes.reduce((sum, outcome) => sum + outcome, 0);
    if (Math.min(yes, outcomes.length - yes) >= fewest[part]) return;
    throw tooFew(part, target, outcomes.length, yes);
  },
};

/** "What is this customer's number?", likewise. */
export const knownNumber: TaskOfToday = {
  ...entry,
  id: 'known-number',
  asks: ['attribute'],
  outputs: [{ name: '', kind: 'number' }],
  labels: 'number',
  measures: [amountsSection],

  async answers(scope, table, target) {
    return readAnswers(scope, table, target, 'number');
  },

  checkEnough(part, labels, target) {
    const { length } = (labels as Labels & { kind: 'number' }).values;
    if (length < fewest[part]) throw tooFew(part, target, length, length);
  },
};

async function readAnswers(
  scope: DataScope & EventScope,
  table: FeatureTable,
  { attribute, positive }: PredictionTarget,
  kind: 'binary' | 'number',
): Promise<Answers> {
  const { planTraits = [] } = scope;
  const taken = planTraits.map(({ id }) => id);
  const known = namedAttributes(await queryUserColumns(scope.store, scope.tables.users), taken);
  // Its id has a prefix where a trait of the plan has its name, and the plan may have lost that trait since.
  const plain = attribute!.startsWith(attributePrefix) ? attribute!.slice(attributePrefix.length) : attribute;
  const column = known.find(({ id }) => id === attribute) ?? known.find(({ column }) => column === plain);
  if (!column) throw unknownAttribute(attribute!, known.map(({ id }) => id)); // prettier-ignore
  const label = await readColumn(scope, table, column);
  if (kind === 'number' && label.kind === 'text') throw noNumber(column.id);
  const { rowNumbers, labels } = labelTable({ name: customers, rows: table.userIndexes.length, columns: [label], broken: 0 }, { column: label.id, ...(kind === 'binary' && { positive }) }); // prettier-ignore
  if (labels.kind !== kind) throw kind === 'binary' ? positiveNeeded(column.id) : noNumber(column.id);
  const tells = planTraits.filter((trait) =>
    withReferences(trait, planTraits).some(
      (each) => ('attribute' in each && each.attribute === column.column) || references(each).includes(column.id),
    ),
  );
  return { rows: rowNumbers, labels, same: [column.id, ...tells.map(({ id }) => id)] };
}

/** A column of the users table in the order of the table's rows, whether or not it may be a feature. */
async function readColumn(
  { store, tables }: DataScope,
  { userIndexes }: FeatureTable,
  { id, column, type }: { id: string; column: string; type: string },
): Promise<RawFeature> {
  const isNumber = kindOfType(type) === 'number';
  const value = isNumber ? sql`${identifier(column)}::DOUBLE` : sql`${identifier(column)}::VARCHAR`;
  const found = await store.query(sql`SELECT user_index, ${value} AS value FROM ${identifier(tables.users)}`);
  const rowOf = new Map(Array.from(indexesOf(found, 'user_index'), (user, row) => [user, row]));
  const inOrder = <T>(values: ArrayLike<T>) => Array.from(userIndexes, (user) => values[rowOf.get(user)!]);
  return isNumber
    ? { id, origin: 'attribute', kind: 'number', values: Float64Array.from(inOrder(numbersOf(found, 'value'))) }
    : { id, origin: 'attribute', kind: 'text', values: inOrder(textsOf(found, 'value')) };
}

function unknownAttribute(attribute: string, known: readonly string[]): UserError {
  const names = known.join(', ') || '–';
  return new UserError('label_attribute_unknown', `The customers have no column "${attribute}".`, `Their columns are: ${names}.`, {
    attribute,
    names,
  });
}

function positiveNeeded(attribute: string): UserError {
  return new UserError(
    'label_positive_needed',
    `"${attribute}" holds numbers, and nobody said which of them counts as yes.`,
    'Name the value that counts as yes, or learn it as a number.',
    { attribute },
  );
}

function noNumber(attribute: string): UserError {
  return new UserError(
    'label_no_number',
    `"${attribute}" holds no numbers that say how much.`,
    'Choose a column of numbers, or learn it as yes or no.',
    { attribute },
  );
}

function tooFew(part: 'training' | 'validation' | 'test', { attribute }: PredictionTarget, rows: number, yes: number): UserError {
  return new UserError(
    'label_too_few',
    `Of ${rows} customers in the ${part} part whose "${attribute}" is known, ${yes} are positive; at least ${fewest[part]} of each kind are needed.`,
    'Add customers whose value is known, or choose another column.',
    { part, attribute: attribute ?? '', rows, yes, fewest: fewest[part] },
  );
}
