import { UserError } from '../base/errors';
import { identifier, join, sql, type Sql } from '../store/sql';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { readProfileColumns, type ProfileColumn } from './profileColumns';
import type { TraitKind } from './traits';

/** Where a model's output lies: one column of a table of scores, keyed by person number. */
export interface ScoreColumn {
  table: string;
  column: string;
  /** Changes whenever the scores do. */
  version: string;
  kind: TraitKind;
}

/** Profiles with the outputs of trained models beside them. */
export interface ProfileScope extends DataScope {
  /** The table of profiles, made for the same data and instant. */
  profiles: string;
  /** By the id of the trait that an output is: `score:<model>`. */
  scores: ReadonlyMap<string, ScoreColumn>;
}

/** All trait columns: those of the profiles table, then one for each output of a model. */
export async function traitColumns(scope: ProfileScope): Promise<ProfileColumn[]> {
  const columns = await remember(scope, 'trait columns', () => readProfileColumns(scope.store, scope.profiles));
  const scores = [...scope.scores].map(([id, { kind }]): ProfileColumn => ({ id, kind, origin: 'score' }));
  return [...columns, ...scores];
}

/** What can stand in FROM: the profiles with a column for each output of a model. */
export function profileRelation({ profiles, scores }: Pick<ProfileScope, 'profiles' | 'scores'>): Sql {
  const outputs = [...scores];
  if (outputs.length === 0) return identifier(profiles);
  const columns = outputs.map(([id, { column }], i) => sql`${identifier(`s${i}`)}.${identifier(column)} AS ${identifier(id)}`);
  const joins = outputs.map(([, { table }], i) => {
    const alias = identifier(`s${i}`);
    return sql`LEFT JOIN ${identifier(table)} ${alias} ON ${alias}.user_index = p.user_index`;
  });
  return sql`(SELECT p.*, ${join(columns)} FROM ${identifier(profiles)} p ${join(joins, ' ')})`;
}

/** A text that changes whenever any model's output does. */
export function scoresVersion({ scores }: Pick<ProfileScope, 'scores'>): string {
  return [...scores].map(([id, { version }]) => `${id}=${version}`).join(' ');
}

/** A trait as it leaves the store: money as a double, an instant as ISO text. */
export function outward({ id, kind }: { id: string; kind: TraitKind }): Sql {
  const column = identifier(id);
  if (kind === 'money') return sql`${column}::DOUBLE AS ${column}`;
  if (kind === 'date') return sql`strftime(${column}, '%Y-%m-%dT%H:%M:%S') AS ${column}`;
  return kind === 'number' ? sql`${column}::DOUBLE AS ${column}` : column;
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
