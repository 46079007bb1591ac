import { cellsOf } from './page';
import { isNumeric } from './profileColumns';
import { profileRelation, traitColumns, type ProfileScope } from './profileRelation';
import { identifier, join, sql } from '../store/sql';

/** Where somebody stands in a trait among those who have a value. */
export interface TraitRank {
  trait: string;
  value: number;
  /** How many have less, as much (themselves among them), and any value at all. */
  less: number;
  equal: number;
  among: number;
}

/** All number traits of one person against everybody, by one query; traits that they have no value of are left out. */
export async function readRanks(scope: ProfileScope, user: number, signal?: AbortSignal): Promise<TraitRank[]> {
  const columns = (await traitColumns(scope)).filter(({ kind }) => isNumeric(kind));
  if (columns.length === 0) return [];
  const relation = profileRelation(scope);
  const figures = columns.flatMap(({ id }) => {
    const [theirs, own] = [sql`p.${identifier(id)}`, sql`me.${identifier(id)}`];
    return [
      sql`any_value(${own})::DOUBLE`,
      sql`count(*) FILTER (WHERE ${theirs} < ${own})::DOUBLE`,
      sql`count(*) FILTER (WHERE ${theirs} = ${own})::DOUBLE`,
      sql`count(${theirs})::DOUBLE`,
    ];
  });
  const query = sql`SELECT ${join(figures)} FROM ${relation} p, (SELECT * FROM ${relation} WHERE user_index = ${user}) me`;
  const [row = []] = cellsOf(await scope.store.query(query, signal)) as (number | null)[][];
  return columns.flatMap(({ id }, i): TraitRank[] => {
    const [value, less, equal, among] = row.slice(i * 4, i * 4 + 4);
    return value === null || value === undefined ? [] : [{ trait: id, value, less: less!, equal: equal!, among: among! }];
  });
}

/** The share of the others who have less: 0 … 1. */
export function shareBelow({ less, among }: Pick<TraitRank, 'less' | 'among'>): number {
  return among > 1 ? less / (among - 1) : 0;
}
