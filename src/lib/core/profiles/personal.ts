import type { RunContext } from '../base/run';
import type { Classified, ColumnClass } from '../schema/privacy/classes';
import { classifyColumn } from '../schema/privacy/classifyColumn';
import type { ColumnType } from '../schema/roles';
import type { DataScope } from '../store/dataScope';
import { textsOf } from '../store/columns';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';
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

type ClassScope = Pick<DataScope, 'store' | 'tables'> & Partial<Pick<DataScope, 'cache' | 'dataKey' | 'asOf'>>;

/** Cells of a column that its class is told by, of the customers first in order of id: the same data, the same class. */
const lookedAt = 500;

/**
 * The classes of the users table's columns, by column, worked out from names and cells: they go with the data wherever it
 * is and whoever imported it. The person's choices come first.
 * @param planned traits of the plan, whose ids attributes do not take
 */
export async function personalAttributes(
  scope: ClassScope,
  choices: PrivacyChoices = {},
  planned: readonly { id: string }[] = [],
  run?: RunContext,
): Promise<Map<string, PersonalAttribute>> {
  const { cache, dataKey, asOf } = scope;
  const guess = () => guessClasses(scope);
  const guessed =
    cache && dataKey !== undefined && asOf !== undefined
      ? await remember({ ...scope, cache, dataKey, asOf } as DataScope, 'classes of columns', guess, run)
      : await guess();
  const found = new Map<string, PersonalAttribute>();
  const attributes = namedAttributes(
    guessed,
    planned.map(({ id }) => id),
  );
  for (const [i, { column, id }] of attributes.entries()) {
    const { classified } = guessed[i];
    const chosen = chosenClass(choices, [column, id]);
    if (chosen === 'none' || (!chosen && !classified)) continue;
    const reason = { code: 'chosen' as const, values: {} };
    found.set(column, { column, id, ...(chosen ? { class: chosen, reason } : classified!) });
  }
  return found;
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
