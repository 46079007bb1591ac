import { UserError } from '../base/errors';
import { identifier, join, sql, type Sql } from '../store/sql';
import { remember, type DataScope } from '../store/remember';
import { readProfileColumns, scorePrefix, type ProfileColumn } from './profileColumns';
import type { TraitKind } from './traits';

/** Profiles with the scores of trained models beside them. */
export interface ProfileScope extends DataScope {
  /** Model id → a text that changes whenever its scores do. */
  scoreVersions: ReadonlyMap<string, string>;
}

/** All trait columns: those of the profiles table, then one for each model's scores. */
export async function traitColumns({ scoreVersions, ...scope }: ProfileScope): Promise<ProfileColumn[]> {
  const columns = await remember(scope, 'trait columns', () => readProfileColumns(scope.store));
  const scores = [...scoreVersions.keys()].map((model): ProfileColumn => ({
    id: `${scorePrefix}${model}`,
    kind: 'score',
    origin: 'score',
  }));
  return [...columns, ...scores];
}

/** What can stand in FROM: `profiles` with a column `score:<model>` for each model. */
export function profileRelation(models: Iterable<string>): Sql {
  const ids = [...models];
  if (ids.length === 0) return sql`profiles`;
  const columns = ids.map((id, i) => sql`${identifier(`s${i}`)}.score AS ${identifier(scorePrefix + id)}`);
  const joins = ids.map((id, i) => {
    const alias = identifier(`s${i}`);
    return sql`LEFT JOIN scores ${alias} ON ${alias}.user_index = p.user_index AND ${alias}.model = ${id}`;
  });
  return sql`(SELECT p.*, ${join(columns)} FROM profiles p ${join(joins, ' ')})`;
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
