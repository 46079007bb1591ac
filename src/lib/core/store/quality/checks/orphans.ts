import { identifier, join, sql, type Sql } from '../../sql';
import { eventsTable, good, records, shownExamples, type CheckKind, type CheckScope } from '../check';

/** Events of items that no file about items knows. */
export const unknownItems: CheckKind = {
  id: 'unknown-items',
  async look(scope) {
    const known = statedBy(scope, 'items');
    const { events } = scope.version.facts;
    if (!known || events === 0) return null;
    const found = await records(
      scope,
      sql`SELECT i.item_id AS item, o.n AS rows, count(*) OVER ()::INTEGER AS items, sum(o.n) OVER ()::DOUBLE AS events FROM (
          SELECT item_index, count(*)::INTEGER AS n FROM ${eventsTable(scope)} WHERE item_index >= 0 AND item_index NOT IN (${known}) GROUP BY item_index
        ) o JOIN ${identifier(scope.version.tables.items)} i USING (item_index) ORDER BY o.n DESC, i.item_id LIMIT ${shownExamples}`,
    );
    if (found.length === 0) return good(events);
    const [{ items, events: rows }] = found;
    return {
      verdict: Number(rows) / events > 0.05 ? 'warning' : 'note',
      count: Number(rows),
      of: events,
      examples: found.map(({ item, rows }) => ({ item, rows }) as object),
      remedy: Number(rows) < events ? { step: 'drop-items-unknown', options: {} } : undefined,
      values: { count: Number(rows), items: Number(items) },
    };
  },
};

/** People of a file about people who never did anything. */
export const peopleWithoutEvents: CheckKind = {
  id: 'people-without-events',
  look: (scope) => people(scope, (known, active) => sql`(${known}) EXCEPT (${active})`, 'note'),
};

/** People who did something and are in no file about people. */
export const peopleNotListed: CheckKind = {
  id: 'people-not-listed',
  look: (scope) => people(scope, (known, active) => sql`(${active}) EXCEPT (${known})`, 'note'),
};

async function people(scope: CheckScope, which: (known: Sql, active: Sql) => Sql, verdict: 'note' | 'warning') {
  const { facts, tables, people: merged } = scope.version;
  const stated = statedBy(scope, 'users');
  if (!stated || facts.events === 0) return null;
  const known =
    merged === null
      ? stated
      : sql`SELECT coalesce(p.person, s.number) AS number FROM (${stated}) s LEFT JOIN ${identifier(merged)} p USING (number)`;
  const active = sql`SELECT DISTINCT user_index AS number FROM ${eventsTable(scope)}`;
  const found = await records(
    scope,
    sql`SELECT user_id AS "user", count(*) OVER ()::INTEGER AS n FROM (${which(known, active)}) w
      JOIN ${identifier(tables.users)} u ON u.user_index = w.number ORDER BY user_id LIMIT ${shownExamples}`,
  );
  if (found.length === 0) return good(facts.users);
  const count = Number(found[0].n);
  // Where nobody of one is in the other, the two write their ids in two ways.
  const [{ both }] = await records(scope, sql`SELECT count(*)::INTEGER AS both FROM ((${known}) INTERSECT (${active}))`);
  return {
    verdict: Number(both) === 0 ? ('problem' as const) : verdict,
    count,
    of: facts.users,
    examples: found.map(({ user }) => ({ user }) as object),
    values: { count, both: Number(both) },
  };
}

/** Numbers of everybody or everything in files about them; null without such a file. */
function statedBy({ version }: CheckScope, kind: 'users' | 'items'): Sql | null {
  const tables = version.sources.flatMap((source) => (source.kind === kind && source.stated[kind] !== null ? [source.stated[kind]] : []));
  if (tables.length === 0) return null;
  return join(
    tables.map((table) => sql`SELECT number FROM ${identifier(table)}`),
    ' UNION ALL ',
  );
}
