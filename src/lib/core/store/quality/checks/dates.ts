import { addDays } from '../../../schema/asOf';
import { sql, type Sql } from '../../sql';
import { eventsTable, good, records, shownExamples, withIds, type CheckKind, type CheckScope, type Finding } from '../check';

/** Before this nobody shopped on a network; what is earlier comes from clocks that were never set. */
export const firstPlausibleDay = '1995-01-01';

/** Events of days that are still to come. */
export const futureDates: CheckKind = {
  id: 'future-dates',
  look: (scope) =>
    outside(scope, sql`local_ts >= ${addDays(scope.today, 1)}::TIMESTAMP`, sql`local_ts DESC`, {
      verdict: 'problem',
      remedy: { step: 'drop-future', options: { after: scope.today } },
      values: { today: scope.today },
    }),
};

/** Events of 1970 (a time that was empty or zero), of 1900 (a spreadsheet's zero), and all others too early to be. */
export const earlyDates: CheckKind = {
  id: 'early-dates',
  look: (scope) =>
    outside(scope, sql`local_ts < ${firstPlausibleDay}::TIMESTAMP`, sql`local_ts`, {
      verdict: 'problem',
      remedy: { step: 'drop-before', options: { before: firstPlausibleDay } },
      values: { before: firstPlausibleDay },
    }),
};

async function outside(
  scope: CheckScope,
  condition: Sql,
  order: Sql,
  found: Pick<Finding, 'verdict' | 'remedy' | 'values'>,
): Promise<Finding | null> {
  const { events } = scope.version.facts;
  if (events === 0) return null;
  const rows = await records(
    scope,
    withIds(
      scope,
      sql`SELECT user_index, item_index, event, local_ts, count(*) OVER ()::INTEGER AS n FROM ${eventsTable(scope)} WHERE ${condition}
        ORDER BY ${order}, user_index, item_index LIMIT ${shownExamples}`,
    ),
  );
  if (rows.length === 0) return { ...good(events), values: found.values };
  const count = Number(rows[0].n);
  return {
    ...found,
    count,
    of: events,
    examples: rows.map(({ user, item, event, local_ts: at }) => ({ user, item, event, at }) as object),
    // Where all of it lies there, the clock or the zone is wrong and not the rows.
    remedy: count < events ? found.remedy : undefined,
    values: { ...found.values, count, of: events },
  };
}
