import type { Sql } from '../store/sql';
import type { Dialect } from './dialect';
import { duckdb } from './duckdb';

/** A part of everyone, drawn by lot: from `from` up to (and not with) `to` percent of the draw that bears a name. */
export interface Bucket {
  name: string;
  from: number;
  to: number;
}

/** The lots are the first 32 bits of a hash, as 8 hexadecimal digits: texts of one length compare as their numbers do. */
const lots = 2 ** 32;

/**
 * `user_index` of the people whose lot lies in the bucket. A lot is MD5 of the draw's name and the person's id, which
 * every engine has and which neither the data nor anybody's number has a part in: whoever is drawn stays drawn when
 * data comes or goes. Draws of different names are independent of each other.
 */
export function bucketQuery(users: string, { name, from, to }: Bucket, { sql, identifier }: Dialect = duckdb): Sql {
  const lot = lotOf(name, sql);
  const low = from <= 0 ? [] : [sql`${lot} >= ${digitsOf(from)}`];
  const high = to >= 100 ? [] : [sql`${lot} < ${digitsOf(to)}`];
  const [first = sql`TRUE`, second = sql`TRUE`] = [...low, ...high];
  return sql`SELECT user_index FROM ${identifier(users)} WHERE ${first} AND ${second}`;
}

/** `user_index` and the lot of everybody, as 8 hexadecimal digits; {@link percentOfLot} says where it lies. */
export function lotsQuery(users: string, name: string, { sql, identifier }: Dialect = duckdb): Sql {
  return sql`SELECT user_index, ${lotOf(name, sql)} AS lot FROM ${identifier(users)}`;
}

/** From 0 up to, and not with, 100. */
export function percentOfLot(lot: string): number {
  return (100 * parseInt(lot, 16)) / lots;
}

function lotOf(name: string, sql: Dialect['sql']): Sql {
  return sql`substr(md5(concat(${`${name}\n`}, user_id)), 1, 8)`;
}

/** Where a percentage of all lots ends. */
function digitsOf(percent: number): string {
  return Math.min(lots - 1, Math.round((percent / 100) * lots))
    .toString(16)
    .padStart(8, '0');
}
