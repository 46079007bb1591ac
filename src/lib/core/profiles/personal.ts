import type { RunContext } from '../base/run';
import type { EventMeasure } from '../measures/measure';
import type { Classified, ClassReason, ColumnClass } from '../schema/privacy/classes';
import { classifyColumn } from '../schema/privacy/classifyColumn';
import type { ColumnType } from '../schema/roles';
import type { DataScope } from '../store/dataScope';
import { numbersOf, textsOf } from '../store/columns';
import { remember } from '../store/remember';
import { identifier, join, sql } from '../store/sql';
import { namedAttributes, queryUserColumns } from './attributes';
import { definitionOf } from './kinds';
import type { NamedTrait } from './profilesQuery';

/** What a person decided about columns; see the plan's `privacy`. */
export interface PrivacyChoices {
  columns?: Readonly<Record<string, ColumnClass | 'none'>>;
  allowFeatures?: readonly string[];
}

/** A customer attribute that says something about a person. */
export interface PersonalAttribute extends Classified {
  /** Column of the users table. */
  column: string;
  /** Id of the trait that it is. */
  id: string;
}

/** A column of customers or of events that says something about a person, and why it is thought so. */
export type PersonalColumn = Classified & Pick<PersonalAttribute, 'column'>;

/** Any customer attribute, with what it seems to say and what was decided. */
export interface DescribedAttribute extends Pick<PersonalAttribute, 'column' | 'id'> {
  /** null: nothing about who somebody is. */
  class: ColumnClass | null;
  reason: ClassReason | null;
  /** What it would be if nobody had decided. */
  guessed: ColumnClass | null;
  isChosen: boolean;
  /** Models may learn from it: it has no class, or somebody said so. */
  isFeature: boolean;
}

type ClassScope = Pick<DataScope, 'store' | 'tables'> & Partial<Pick<DataScope, 'cache' | 'dataKey' | 'asOf'>>;

/** Cells of a column that its class is told by, of the customers first in order of id: the same data, the same class. */
const lookedAt = 500;

/** Those of the attributes that have a class, by column. */
export async function personalAttributes(...asked: Parameters<typeof describeAttributes>): Promise<Map<string, PersonalAttribute>> {
  const described = await describeAttributes(...asked);
  return new Map(
    described.flatMap(({ column, id, class: of, reason }) => (of && reason ? [[column, { column, id, class: of, reason }] as const] : [])),
  );
}

/**
 * The users table's columns with their classes, worked out from names and cells: so these go with the data wherever it is
 * and whoever imported it. The person's choices come first.
 * @param planned traits of the plan, whose ids attributes do not take
 */
export async function describeAttributes(
  scope: ClassScope,
  choices: PrivacyChoices = {},
  planned: readonly { id: string }[] = [],
  run?: RunContext,
): Promise<DescribedAttribute[]> {
  const { cache, dataKey, asOf } = scope;
  const guess = () => guessClasses(scope);
  const guessed =
    cache && dataKey !== undefined && asOf !== undefined
      ? await remember({ ...scope, cache, dataKey, asOf } as DataScope, 'classes of columns', guess, run)
      : await guess();
  const attributes = namedAttributes(
    guessed,
    planned.map(({ id }) => id),
  );
  return attributes.map(({ column, id }, i) => {
    const { classified } = guessed[i];
    const chosen = chosenClass(choices, [column, id]);
    const of = chosen === 'none' ? null : (chosen ?? classified?.class ?? null);
    return {
      column,
      id,
      class: of,
      reason: of === null ? null : chosen && chosen !== classified?.class ? { code: 'chosen', values: {} } : classified!.reason,
      guessed: classified?.class ?? null,
      isChosen: chosen !== undefined,
      isFeature: of === null || isAllowed(choices, [column, id]),
    };
  });
}

/** Of the attributes those that any customer has a value of, or that somebody decided about: what a person wants to see listed. */
export async function filledAttributes(
  { store, tables }: Pick<ClassScope, 'store' | 'tables'>,
  described: readonly DescribedAttribute[],
): Promise<DescribedAttribute[]> {
  if (described.length === 0) return [];
  const filled = described.map(({ column }, i) => sql`count(${identifier(column)})::DOUBLE AS ${identifier(`f${i}`)}`);
  const counted = await store.query(sql`SELECT ${join(filled)} FROM ${identifier(tables.users)}`);
  return described.filter(({ isChosen }, i) => isChosen || numbersOf(counted, `f${i}`)[0] > 0);
}

/** Whether the person said that models may learn from the column. */
export function isAllowed({ allowFeatures = [] }: PrivacyChoices, names: readonly string[]): boolean {
  return allowFeatures.some((allowed) => names.some((name) => same(name, allowed)));
}

/** The personal attributes that a trait of the plan is made of, through whatever other traits. */
export function personalIn(
  needed: readonly NamedTrait[],
  personal: ReadonlyMap<string, PersonalAttribute>,
  references: (trait: NamedTrait) => readonly string[],
): PersonalAttribute[] {
  const byId = new Map([...personal.values()].map((attribute) => [attribute.id, attribute]));
  const found = needed.flatMap((trait) => {
    const { key, definition } = definitionOf(trait);
    const own = key === 'attribute' ? personal.get(String(definition)) : undefined;
    return [...(own ? [own] : []), ...references(trait).flatMap((id) => byId.get(id) ?? [])];
  });
  return [...new Set(found)];
}

/**
 * The properties of events that a trait looks at and that say something about a person, by their names alone: what stands
 * in them is read by nothing but the measure.
 */
export function personalProperties(needed: readonly NamedTrait[], choices: PrivacyChoices): PersonalColumn[] {
  const named = needed.flatMap((trait) => {
    const { key, definition } = definitionOf(trait);
    if (key !== 'measure') return [];
    const { of, where = [] } = definition as EventMeasure;
    return [...(of ? [of] : []), ...where.map(({ property }) => property)].filter((name) => name.startsWith('event.'));
  });
  return [...new Set(named)].flatMap((column) => {
    const name = column.slice('event.'.length);
    const chosen = chosenClass(choices, [column]);
    const guessed = classifyColumn({ name, type: 'text', values: [], distinct: 0 });
    const of = chosen === 'none' ? undefined : (chosen ?? guessed?.class);
    if (!of || isAllowed(choices, [column])) return [];
    return [{ column, class: of, reason: chosen && chosen !== guessed?.class ? { code: 'chosen', values: {} } : guessed!.reason }];
  });
}

/**
 * The personal columns that keep a trait of the plan from models: those that it is made of and that nobody allowed, and
 * none where the trait itself is allowed.
 * @param made the trait and all that it refers to
 * @param personal customer attributes that have a class
 */
export function keptFromModels(
  { id }: { id: string },
  made: readonly NamedTrait[],
  personal: ReadonlyMap<string, PersonalAttribute>,
  choices: PrivacyChoices,
  references: (trait: NamedTrait) => readonly string[],
): PersonalColumn[] {
  if (isAllowed(choices, [id])) return [];
  const attributes = personalIn(made, personal, references).filter((of) => !isAllowed(choices, [of.column, of.id]));
  return [...attributes, ...personalProperties(made, choices)].map(({ column, class: of, reason }) => ({ column, class: of, reason }));
}

function chosenClass({ columns = {} }: PrivacyChoices, names: readonly string[]): ColumnClass | 'none' | undefined {
  return Object.entries(columns).find(([name]) => names.some((other) => same(name, other)))?.[1];
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

async function guessClasses({ store, tables }: ClassScope): Promise<{ column: string; type: string; classified?: Classified }[]> {
  const found: { column: string; type: string; classified?: Classified }[] = [];
  for (const { column, type } of await queryUserColumns(store, tables.users)) {
    if (type === 'BOOLEAN' || column === 'created_at') {
      found.push({ column, type });
      continue;
    }
    const cell = identifier(column);
    const text =
      type === 'DOUBLE'
        ? sql`CASE WHEN ${cell} = floor(${cell}) THEN ${cell}::DECIMAL(38,0)::VARCHAR ELSE ${cell}::VARCHAR END`
        : sql`${cell}::VARCHAR`;
    const rows = await store.query(
      sql`SELECT ${text} AS text FROM ${identifier(tables.users)} WHERE ${cell} IS NOT NULL ORDER BY user_id LIMIT ${lookedAt}`,
    );
    const values = textsOf(rows, 'text') as string[];
    const distinct = new Set(values).size;
    found.push({ column, type, classified: classifyColumn({ name: column, type: typeOf(values), values, distinct }) });
  }
  return found;
}

function typeOf(values: readonly string[]): ColumnType {
  if (values.length === 0) return 'empty';
  if (values.every((value) => /^-?\d+$/.test(value))) return 'integer';
  return values.every((value) => /^-?\d+\.\d+$/.test(value)) ? 'decimal' : 'text';
}
