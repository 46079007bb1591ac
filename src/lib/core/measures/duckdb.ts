import { identifier, join, sql } from '../store/sql';
import type { Dialect } from './dialect';

export const duckdb: Dialect = {
  name: 'duckdb',
  sql,
  identifier,
  timestamp: (local) => sql`${local}::TIMESTAMP`,
  date: (day) => sql`${day}::DATE`,
  dayOf: (timestamp) => sql`${timestamp}::DATE`,
  hourOf: (timestamp) => sql`hour(${timestamp})::INTEGER`,
  weekdayOf: (timestamp) => sql`isodow(${timestamp})::VARCHAR`,
  daysBetween: (earlier, later) => sql`date_diff('day', ${earlier}, ${later})`,
  startsWith: (text, start) => sql`starts_with(${text}, ${start})`,
  contains: (text, part) => sql`contains(${text}, ${part})`,
  dayText: (date) => sql`strftime(${date}, '%Y-%m-%d')`,
  valueAtLeast: (value, by) => sql`arg_min(${value}, row(${join(by)}))`,
  valueAtGreatest: (value, by) => sql`arg_max(${value}, row(${join(by)}))`,
  wideInteger: sql`HUGEINT`,
};
