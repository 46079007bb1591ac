import { sql } from '../../sql';
import { good, records, shownExamples, type CheckKind } from '../check';
import { equalRows } from './exactDuplicates';

/** Files that have rows in common: a month that was exported twice, or a longer export over a shorter one. */
export const fileOverlap: CheckKind = {
  id: 'file-overlap',
  async look(scope) {
    const { sources, facts } = scope.version;
    if (sources.filter(({ parts, raw }) => (raw ?? { parts }).parts.length > 0).length < 2) return null;
    const found = await records(
      scope,
      sql`SELECT first_source AS a, last_source AS b, sum(n - 1)::INTEGER AS rows, sum(sum(n - 1)) OVER ()::DOUBLE AS all_rows, count(*) OVER ()::INTEGER AS pairs
        FROM (${equalRows(scope)}) WHERE first_source < last_source GROUP BY first_source, last_source ORDER BY rows DESC, a, b LIMIT ${shownExamples}`,
    );
    if (found.length === 0) return good(facts.events);
    const [{ all_rows: count, pairs }] = found;
    const name = (index: unknown) => sources[Number(index)].id;
    return {
      verdict: 'problem',
      count: Number(count),
      of: facts.events,
      examples: found.map(({ a, b, rows }) => ({ source: name(a), other: name(b), rows: Number(rows) })),
      remedy: { step: 'drop-exact-duplicates', options: {} },
      values: { count: Number(count), pairs: Number(pairs) },
    };
  },
};
