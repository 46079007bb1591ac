import type { RunContext } from '../base/run';
import { addDays } from '../schema/asOf';
import type { DataScope } from '../store/dataScope';
import { identifier, sql } from '../store/sql';

/** Which time the data covers, as local days. */
export interface Observed {
  /** Local date of the first event before asOf; null where there is none. */
  firstDay: string | null;
  /** The midnight until which outcomes are known: the end of the last day with an event, or asOf where that is earlier. */
  to: string;
  /** How often the event happened before asOf. */
  times: number;
}

/** Time after the data's last event was not observed: silence there says nothing. */
export async function readObserved({ store, tables, asOf }: DataScope, event: string, run: RunContext): Promise<Observed> {
  const found = await store.query(
    sql`SELECT (min(local_ts) FILTER (WHERE local_ts < ${asOf}::TIMESTAMP))::DATE::VARCHAR AS first_day, max(local_ts)::DATE::VARCHAR AS last_day,
        count(*) FILTER (WHERE event = ${event} AND local_ts < ${asOf}::TIMESTAMP)::INTEGER AS times
      FROM ${identifier(tables.events)}`,
    run.signal,
  );
  const row = found.get(0)!.toJSON() as { first_day: string | null; last_day: string | null; times: number };
  const end = row.last_day === null ? asOf : `${addDays(row.last_day, 1)}T00:00:00`;
  return { firstDay: row.first_day, to: end < asOf ? end : asOf, times: Number(row.times) };
}

/** Whole days between two local midnights or dates. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to.slice(0, 10)}T00:00:00Z`) - Date.parse(`${from.slice(0, 10)}T00:00:00Z`)) / 86_400_000);
}
