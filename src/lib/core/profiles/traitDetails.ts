import type { RunContext } from '../base/run';
import { passiveEvents } from '../schema/events';
import { numbersOf, textsOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { identifier, join, sql } from '../store/sql';
import { namedAttributes, readUserColumns } from './attributes';
import { lineageOf, type Lineage } from './lineage';
import { cellsOf, type Cell } from './page';
import type { PlanTrait } from './planTraits';
import { outward, profileRelation, scoresVersion, traitColumns, type ProfileScope } from './profileRelation';

/** Rows of one kind of event in one source, before asOf. */
export interface EventRows {
  /** Place among the version's sources. */
  source: number;
  event: string;
  rows: number;
  /** Local time of the newest, ISO without zone. */
  last: string;
}

export interface TraitDetails extends Lineage {
  id: string;
  /** Rows of its events by source, the most first. */
  sources: { source: number; rows: number }[];
  /** The newest event that went in; null where none does. */
  lastEvent: string | null;
  /** Somebody who has a value, and it: of a yes/no somebody with a yes. The first by id. */
  example: { userId: string; value: Cell } | null;
}

/** For every trait where its values come from, how fresh they are, and an example. Two queries, remembered. */
export async function readTraitDetails(scope: ProfileScope, planned: readonly PlanTrait[], run: RunContext): Promise<TraitDetails[]> {
  const attributes = namedAttributes(
    await readUserColumns(scope, run),
    planned.map(({ id }) => id),
  );
  const columns = await traitColumns(scope);
  const rows = await readEventRows(scope, run);
  const examples = await readExamples(scope, run);
  return columns.map(({ id }) => {
    const lineage = lineageOf(id, planned, attributes);
    const isOf = ({ event }: EventRows) => (lineage.events ? lineage.events.includes(event) : !passiveEvents.includes(event as never));
    const own = rows.filter(isOf);
    const sources = new Map<number, number>();
    for (const { source, rows: count } of own) sources.set(source, (sources.get(source) ?? 0) + count);
    return {
      id,
      ...lineage,
      sources: [...sources].map(([source, count]) => ({ source, rows: count })).sort((a, b) => b.rows - a.rows || a.source - b.source),
      lastEvent: own.reduce<string | null>((last, one) => (last === null || one.last > last ? one.last : last), null),
      example: examples.get(id) ?? null,
    };
  });
}

export function readEventRows(scope: DataScope, run: RunContext): Promise<EventRows[]> {
  return remember(
    scope,
    'event rows by source',
    async ({ signal }) => {
      const table = await scope.store.query(
        sql`SELECT source_index::INTEGER AS source, event, count(*)::DOUBLE AS n, strftime(max(local_ts), '%Y-%m-%dT%H:%M:%S') AS last
          FROM ${identifier(scope.tables.events)} WHERE local_ts < ${scope.asOf}::TIMESTAMP GROUP BY source_index, event ORDER BY source_index, event`,
        signal,
      );
      const [events, last] = [textsOf(table, 'event'), textsOf(table, 'last')];
      const [sources, counts] = [numbersOf(table, 'source'), numbersOf(table, 'n')];
      return events.map((event, i) => ({ source: sources[i] || 0, event: event!, rows: counts[i], last: last[i]! }));
    },
    run,
  );
}

/** The first by id who has a value of a trait, for all traits by one scan of the profiles. */
async function readExamples(scope: ProfileScope, run: RunContext): Promise<Map<string, { userId: string; value: Cell }>> {
  const columns = await traitColumns(scope);
  return remember(
    scope,
    `examples ${scoresVersion(scope)}`,
    async ({ signal }) => {
      const firsts = columns.map(({ id, kind }, i) => {
        const column = identifier(id);
        const has = kind === 'boolean' ? column : sql`${column} IS NOT NULL`;
        return sql`min(user_id) FILTER (WHERE ${has}) AS ${identifier(`e${i}`)}`;
      });
      const relation = profileRelation(scope);
      const [ids = []] = cellsOf(await scope.store.query(sql`SELECT ${join(firsts)} FROM ${relation}`, signal));
      const asked = [...new Set(ids.filter((id) => id !== null))].map(String);
      if (asked.length === 0) return new Map();
      const table = await scope.store.query(
        sql`SELECT user_id, ${join(columns.map(outward))} FROM ${relation} WHERE user_id IN (${asked})`,
        signal,
      );
      const cells = new Map(cellsOf(table).map(([userId, ...values]) => [String(userId), values]));
      return new Map(
        columns.flatMap(({ id }, i) =>
          ids[i] === null ? [] : [[id, { userId: String(ids[i]), value: cells.get(String(ids[i]))![i] }] as const],
        ),
      );
    },
    run,
  );
}
