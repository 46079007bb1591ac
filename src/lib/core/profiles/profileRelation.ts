import { UserError } from '../base/errors';
import { identifier, join, sql, type Sql } from '../store/sql';
import type { DataScope } from '../store/dataScope';
import { kindOfType, namedAttributes, readUserColumns } from './attributes';
import { profileTraits } from './profileTraits';
import type { ProfileColumn } from './profileColumns';
import type { TraitKind } from './traits';

/** A trait that lies beside the profiles: one column of a table that is keyed by person number. */
export interface ScoreColumn {
  table: string;
  column: string;
  /** Changes whenever the values do. */
  version: string;
  kind: TraitKind;
}

/** Profiles with the plan's own traits, tags and the outputs of trained models beside them; {@link openProfiles} makes it. */
export interface ProfileScope extends DataScope {
  /** The table of profiles, made for the same data and instant. */
  profiles: string;
  /** The plan's traits by id, those that can be made of this data. */
  ownTraits?: ReadonlyMap<string, ScoreColumn>;
  /** Tags that people were given, by the id of the trait that each is: `tag:<id>`. */
  tags?: ReadonlyMap<string, ScoreColumn>;
  /** By the id of the trait that an output is: `score:<model>`. */
  scores: ReadonlyMap<string, ScoreColumn>;
}

type Relation = Pick<ProfileScope, 'profiles' | 'ownTraits' | 'tags' | 'scores'>;

/** All trait columns: built-in ones, attributes, the plan's own, tags, then one for each output of a model. */
export async function traitColumns(scope: ProfileScope): Promise<ProfileColumn[]> {
  const attributes = namedAttributes(await readUserColumns(scope), [...(scope.ownTraits?.keys() ?? [])]);
  const beside = (columns: ReadonlyMap<string, ScoreColumn> | undefined, origin: ProfileColumn['origin']) =>
    [...(columns ?? [])].map(([id, { kind }]): ProfileColumn => ({ id, kind, origin }));
  return [
    ...profileTraits.map(({ id, kind }): ProfileColumn => ({ id, kind, origin: 'profile' })),
    ...attributes.map(({ id, type }): ProfileColumn => ({ id, kind: kindOfType(type), origin: 'attribute' })),
    ...beside(scope.ownTraits, 'plan'),
    ...beside(scope.tags, 'tag'),
    ...beside(scope.scores, 'score'),
  ];
}

/** What can stand in FROM: the profiles with a column for each trait of the plan and each output of a model. */
export function profileRelation(scope: Relation): Sql {
  return joined(scope.profiles, besides(scope));
}

/** What can stand in FROM for one trait, or a few: the profiles with no more beside them than these need. */
export function traitSource(scope: Relation, ...ids: string[]): Sql {
  return joined(
    scope.profiles,
    besides(scope).filter(([id]) => ids.includes(id)),
  );
}

/** A text that changes whenever the values of this trait do, within one state of the data. */
export function traitVersion({ ownTraits, tags, scores }: Pick<Relation, 'ownTraits' | 'tags' | 'scores'>, id: string): string {
  return (ownTraits?.get(id) ?? tags?.get(id) ?? scores.get(id))?.version ?? '';
}

/** A text that changes whenever any trait of the plan, any tag or any model's output does. */
export function scoresVersion(scope: Relation): string {
  return besides(scope)
    .map(([id, { version }]) => `${id}=${version}`)
    .join(' ');
}

function besides({ ownTraits, tags, scores }: Relation): (readonly [string, ScoreColumn])[] {
  return [...(ownTraits ?? []), ...(tags ?? []), ...scores];
}

function joined(profiles: string, beside: readonly (readonly [string, ScoreColumn])[]): Sql {
  if (beside.length === 0) return identifier(profiles);
  const columns = beside.map(([id, { column }], i) => sql`${identifier(`s${i}`)}.${identifier(column)} AS ${identifier(id)}`);
  const joins = beside.map(([, { table }], i) => {
    const alias = identifier(`s${i}`);
    return sql`LEFT JOIN ${identifier(table)} ${alias} ON ${alias}.user_index = p.user_index`;
  });
  return sql`(SELECT p.*, ${join(columns)} FROM ${identifier(profiles)} p ${join(joins, ' ')})`;
}

/** A trait as it leaves the store: money as a double, an instant as ISO text. */
export function outward({ id, kind }: { id: string; kind: TraitKind }): Sql {
  const column = identifier(id);
  if (kind === 'date') return sql`strftime(${column}, '%Y-%m-%dT%H:%M:%S') AS ${column}`;
  return kind === 'money' || kind === 'number' || kind === 'share' ? sql`${column}::DOUBLE AS ${column}` : column;
}

/** @throws UserError `column_unknown` */
export function requireColumn<T extends { id: string }>(columns: readonly T[], id: string): T {
  const column = columns.find((candidate) => candidate.id === id);
  if (!column)
    throw new UserError(
      'column_unknown',
      `There is no column "${id}".`,
      `The columns are: ${columns.map((known) => known.id).join(', ')}.`,
      { column: id, known: columns.map((known) => known.id).join(', ') },
    );
  return column;
}
