import { identifier, sql } from '../../sql';
import { eventsTable, good, records, shownExamples, type CheckKind } from '../check';
import { defaultLimits, tooFast } from '../rates';

/** Ids that act at rates no person reaches: crawlers, monitors, tests. */
export const robots: CheckKind = {
  id: 'robots',
  async look(scope) {
    const { facts, tables } = scope.version;
    if (facts.events === 0) return null;
    const found = await records(
      scope,
      sql`WITH fast AS MATERIALIZED (${tooFast(eventsTable(scope), defaultLimits)}),
        of_them AS (SELECT user_index, count(*)::INTEGER AS events FROM ${eventsTable(scope)} SEMI JOIN fast USING (user_index) GROUP BY user_index)
      SELECT user_id AS "user", events, per_minute, per_hour, per_day, hours, count(*) OVER ()::INTEGER AS n, sum(events) OVER ()::DOUBLE AS rows
      FROM fast JOIN of_them USING (user_index) JOIN ${identifier(tables.users)} USING (user_index)
      ORDER BY events DESC, user_id LIMIT ${shownExamples}`,
    );
    if (found.length === 0) return { ...good(facts.users), values: { ...defaultLimits } };
    const [{ n: count, rows }] = found;
    return {
      verdict: Number(rows) / facts.events > 0.01 ? 'problem' : 'warning',
      count: Number(count),
      of: facts.users,
      examples: found.map(({ user, events, per_minute: quantity }) => ({ user, rows: events, quantity }) as object),
      // Written out, so that the plan says what was meant.
      remedy: Number(count) < facts.users ? { step: 'drop-robots', options: { ...defaultLimits } } : undefined,
      values: { count: Number(count), rows: Number(rows), ...defaultLimits },
    };
  },
};
