import { canonicalTables, propertyColumn } from '../../../schema/canonical';
import { propertiesOf } from '../../dataset/eventProperties';
import { eventsOf } from '../../dataset/version';
import { identifier, join, sql, type Sql } from '../../sql';
import { good, records, shownExamples, withIds, type CheckKind, type CheckScope } from '../check';

/** Rows that are equal to another one in every column: read twice, or sent twice. */
export const exactDuplicates: CheckKind = {
  id: 'exact-duplicates',
  async look(scope) {
    const { events } = scope.version.facts;
    if (events === 0) return null;
    const groups = equalRows(scope);
    const found = await records(
      scope,
      withIds(
        scope,
        sql`SELECT user_index, item_index, event, local_ts, order_id, n, sum(n - 1) OVER ()::DOUBLE AS extra FROM (${groups})
          ORDER BY n DESC, local_ts, user_index, item_index LIMIT ${shownExamples}`,
      ),
    );
    if (found.length === 0) return good(events);
    const count = Number(found[0].extra);
    return {
      verdict: count / events > 0.05 ? 'problem' : 'warning',
      count,
      of: events,
      examples: found.map(
        ({ user, item, event, local_ts: at, order_id: order, n }) => ({ user, item, event, at, order, rows: n }) as object,
      ),
      remedy: { step: 'drop-exact-duplicates', options: {} },
      values: { count, of: events },
    };
  },
};

/**
 * Groups of equal rows: all columns of `events`, `n`, and the lowest and highest of their `source_index`. Few rows are
 * like another one in person, time, event and item, so only those are compared whole; amounts in their own currency.
 */
export function equalRows({ version }: CheckScope): Sql {
  const { sources, people } = version;
  const events = sql`(${eventsOf(sources, people)})`;
  const names = [...Object.keys(canonicalTables.events), ...propertiesOf(sources).map(({ name }) => propertyColumn(name))];
  const compared = join(names.filter((name) => name !== 'source_index').map(identifier));
  return sql`
    SELECT ${compared}, count(*)::INTEGER AS n, min(source_index) AS first_source, max(source_index) AS last_source
    FROM ${events} SEMI JOIN (
      SELECT user_index, ts, event, item_index FROM ${events} GROUP BY user_index, ts, event, item_index HAVING count(*) > 1
    ) USING (user_index, ts, event, item_index)
    GROUP BY ${compared} HAVING count(*) > 1`;
}
