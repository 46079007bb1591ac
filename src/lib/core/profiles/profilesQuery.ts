import { duckdb } from '../measures/duckdb';
import type { Dialect } from '../measures/dialect';
import { emptyValue, type EventMeasure } from '../measures/measure';
import { measuresQuery, type MeasureScope, type NamedMeasure } from '../measures/measureQuery';
import { join, type Sql } from '../store/sql';
import { definitionOf, type TraitDefinition } from './kinds';
import type { TraitBuilder } from './kinds/kind';

/** A trait to make: the column's name and what it is. */
export type NamedTrait = { id: string } & TraitDefinition;

export interface ProfileRequest extends MeasureScope {
  /** In the order of columns. */
  traits: readonly NamedTrait[];
  /** A query for the `user_index` of those who get a row; everybody in the users table where it is left out. */
  people?: Sql;
  /** Traits that are made already, which others may be made of: a table with `user_index` and a column for each. */
  made?: { table: Sql; ids: readonly string[] };
  dialect?: Dialect;
}

/**
 * The query for one row per customer with `user_index`, `user_id` and a column for each trait, as of any local midnight:
 * profiles, single traits of a plan and a model's features all come from here. All measures share one scan of the
 * events; what is made of other traits is worked out on the rows, level by level.
 * Money stays DECIMAL; cast it on the way out.
 */
export function profilesQuery({ tables, asOf, traits, people, made, dialect = duckdb }: ProfileRequest): Sql {
  const { sql, identifier } = dialect;
  const measures: NamedMeasure[] = [];
  const relations: Sql[] = [];
  const builder: TraitBuilder = {
    tables,
    asOf,
    dialect,
    measure(measure: EventMeasure) {
      const name = `m${measures.length}`;
      measures.push({ name, measure });
      const column = sql`t.${identifier(name)}`;
      return emptyValue(measure) === 0 ? sql`coalesce(${column}, 0)` : column;
    },
    from(relation, column) {
      if (!relations.some(({ text }) => text === relation.text)) relations.push(relation);
      const place = relations.findIndex(({ text }) => text === relation.text);
      return sql`${identifier(`r${place}`)}.${identifier(column)}`;
    },
    attribute: (column) => sql`u.${identifier(column)}`,
    trait: (id) => identifier(id),
  };
  const levels = inLevels(traits, made?.ids ?? []);
  const column = (trait: NamedTrait) => {
    const { kind, definition } = definitionOf(trait);
    return sql`${kind.expression(definition, builder)} AS ${identifier(trait.id)}`;
  };

  const first = levels[0].map(column);
  const borrowed = [...new Set(traits.flatMap(references))].filter((id) => !traits.some((trait) => trait.id === id));
  const from = [
    sql`${identifier(tables.users)} u`,
    ...(people ? [sql`JOIN (${people}) known ON known.user_index = u.user_index`] : []),
    ...(made ? [sql`JOIN ${made.table} p ON p.user_index = u.user_index`] : []),
    ...(measures.length > 0
      ? [sql`LEFT JOIN (${measuresQuery({ tables, asOf }, measures, dialect)}) t ON t.user_index = u.user_index`]
      : []),
    ...relations.map((relation, i) => {
      const alias = identifier(`r${i}`);
      return sql`LEFT JOIN ${relation} ${alias} ON ${alias}.user_index = u.user_index`;
    }),
  ];
  const columns = [sql`u.user_index`, sql`u.user_id`, ...borrowed.map((id) => sql`p.${identifier(id)}`), ...first];
  let rows = sql`SELECT ${join(columns)} FROM ${join(from, ' ')}`;
  for (const level of levels.slice(1)) rows = sql`SELECT *, ${join(level.map(column))} FROM (${rows})`;
  return sql`SELECT ${join([sql`user_index`, sql`user_id`, ...traits.map(({ id }) => identifier(id))])} FROM (${rows})`;
}

/** The ids that a trait is made of. */
export function references(trait: TraitDefinition): string[] {
  const { kind, definition } = definitionOf(trait);
  return kind.refersTo(definition);
}

/** A trait with one of those that it is made of named differently. */
export function renamedInside<T extends TraitDefinition>(trait: T, from: string, to: string): T {
  const { key, kind, definition } = definitionOf(trait);
  return references(trait).includes(from) && kind.rename ? { ...trait, [key]: kind.rename(definition, from, to) } : trait;
}

/** These traits, and all that they are made of. */
export function madeOf(ids: readonly string[], traits: readonly NamedTrait[]): Set<string> {
  const found = new Set<string>();
  const waiting = [...ids];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    const trait = traits.find((known) => known.id === id);
    if (trait) waiting.push(...references(trait));
  }
  return found;
}

/** Each trait stands on a later level than all it is made of. */
function inLevels(traits: readonly NamedTrait[], made: readonly string[]): NamedTrait[][] {
  const levels: NamedTrait[][] = [];
  const done = new Set(made);
  let left = [...traits];
  // The first level has the events and the users table at hand, the later ones only columns.
  const ready = (trait: NamedTrait) =>
    references(trait).every((id) => done.has(id)) && (levels.length > 0 || references(trait).length === 0);
  do {
    const level = left.filter(ready);
    if (level.length === 0 && levels.length > 0)
      throw new Error(`traits that nothing can be made of: ${left.map(({ id }) => id).join(', ')}`);
    level.forEach(({ id }) => done.add(id));
    levels.push(level);
    left = left.filter((trait) => !level.includes(trait));
  } while (left.length > 0);
  return levels;
}
