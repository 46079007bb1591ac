import { join, Sql, tagWith, type SqlScalar } from '../store/sql';
import type { Dialect } from './dialect';

/** Spark joins neighbouring literals, so a doubled quote would vanish: quotes and backslashes are escaped instead. */
function literal(value: SqlScalar): string {
  if (value === null) return 'NULL';
  if (value instanceof Date) return `TIMESTAMP_NTZ '${value.toISOString().replace('T', ' ').replace('Z', '')}'`;
  switch (typeof value) {
    case 'string':
      return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`;
    case 'number':
      if (!Number.isFinite(value)) throw new Error(`${value} has no SQL literal`);
      return Number.isInteger(value) ? String(value) : `CAST(${value} AS DOUBLE)`;
    case 'boolean':
      return value ? 'TRUE' : 'FALSE';
    default:
      return String(value);
  }
}

const sql = tagWith(literal);

/** Spark SQL 3.4 and later; timestamps are TIMESTAMP_NTZ, as local times have no zone. */
export const spark: Dialect = {
  name: 'spark',
  sql,
  identifier: (name) => new Sql(`\`${name.replaceAll('`', '``')}\``),
  timestamp: (local) => sql`CAST(${local} AS TIMESTAMP_NTZ)`,
  date: (day) => sql`CAST(${day} AS DATE)`,
  dayOf: (timestamp) => sql`to_date(${timestamp})`,
  hourOf: (timestamp) => sql`hour(${timestamp})`,
  weekdayOf: (timestamp) => sql`CAST(weekday(${timestamp}) + 1 AS STRING)`,
  daysBetween: (earlier, later) => sql`datediff(${later}, ${earlier})`,
  startsWith: (text, start) => sql`startswith(${text}, ${start})`,
  contains: (text, part) => sql`contains(${text}, ${part})`,
  dayText: (date) => sql`date_format(${date}, 'yyyy-MM-dd')`,
  valueAtLeast: (value, by) => sql`min_by(${value}, struct(${join(by)}))`,
  valueAtGreatest: (value, by) => sql`max_by(${value}, struct(${join(by)}))`,
  wideInteger: sql`DECIMAL(38,0)`,
};
