import { numbersOf, textsOf } from '../columns';
import { identifier, join, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';
import { comparedId } from './identityKeys';
import { isConsent, type SurvivorRule } from './survivorship';
import type { DatasetVersion } from './version';

/** Where the values of one attribute of people come from, and how often they differ. */
export interface AttributeSources {
  attribute: string;
  /** How one value is chosen; null for consents, of which always the newer statement counts. */
  rule: SurvivorRule | null;
  /** Sources of the data that say anything of it, in their order. */
  sources: string[];
  /** People of whom anything is said, and those of whom different things are. */
  people: number;
  differing: number;
  /** One of the latter, with what was said of them, the latest last; `at` is an ISO instant, null where nothing says it. */
  example: { id: string; shown: string | null; values: { source: string; value: string; at: string | null }[] } | null;
}

/** For every attribute of people that a file states, in the order of their names. @throws Cancelled */
export async function attributeSources(store: TableStore, version: DatasetVersion, signal?: AbortSignal): Promise<AttributeSources[]> {
  const stated = version.sources.flatMap(({ id, stated }) => (stated.users === null ? [] : [{ source: id, table: stated.users }]));
  if (stated.length === 0) return [];
  const columns = await store.query(
    sql`SELECT table_name AS t, column_name AS c FROM duckdb_columns() WHERE table_name IN (${stated.map(({ table }) => table)})`,
    signal,
  );
  const names = textsOf(columns, 'c');
  const columnsOf = new Map<string, Set<string>>();
  textsOf(columns, 't').forEach((table, i) => columnsOf.set(table!, (columnsOf.get(table!) ?? new Set()).add(names[i]!)));
  const attributes = new Set(names.flatMap((name) => (name!.startsWith('_') ? [name!.slice(1)] : [])));
  const found: AttributeSources[] = [];
  for (const attribute of [...attributes].sort()) {
    const of = stated.filter(({ table }) => columnsOf.get(table)!.has(`_${attribute}`));
    const said = statements(of, attribute, columnsOf, version.people);
    const [counts] = (
      await store.query(
        sql`SELECT count(*)::INTEGER AS people, (count(*) FILTER (n > 1))::INTEGER AS differing, min(person) FILTER (n > 1) AS example
          FROM (SELECT person, count(DISTINCT ${comparedValue(attribute, version)}) AS n FROM (${said}) GROUP BY person)`,
        signal,
      )
    ).toArray();
    const example = counts.example as number | null;
    found.push({
      attribute,
      rule: isConsent(attribute) ? null : (version.survivorship?.[attribute] ?? 'latest'),
      sources: of.map(({ source }) => source),
      people: Number(counts.people),
      differing: Number(counts.differing),
      example: example === null ? null : await exampleOf(store, version, attribute, said, Number(example), signal),
    });
  }
  return found;
}

/** Two ways to write an address or a number are one value. */
function comparedValue(attribute: string, { merging }: DatasetVersion): Sql {
  const isId = attribute === 'email' || attribute === 'phone';
  return isId ? sql`coalesce(${comparedId(attribute, 'value', merging?.phones)}, value)` : sql`value`;
}

/** `person, place, source, value, moment`: what every source says of the attribute, but for cells that say nothing. */
function statements(
  stated: readonly { source: string; table: string }[],
  attribute: string,
  columnsOf: ReadonlyMap<string, ReadonlySet<string>>,
  people: string | null,
): Sql {
  const column = identifier(`_${attribute}`);
  const selects = stated.map(({ source, table }, place) => {
    const at = columnsOf.get(table)!.has('at') ? sql`"at" AS moment` : sql`NULL::DOUBLE AS moment`;
    return sql`SELECT number, ${place} AS place, ${source} AS source, ${column} AS value, ${at} FROM ${identifier(table)} WHERE ${column} IS NOT NULL`;
  });
  const all = join(selects, ' UNION ALL ');
  if (people === null) return sql`SELECT number AS person, place, source, value, moment FROM (${all})`;
  return sql`SELECT coalesce(p.person, s.number) AS person, place, source, value, moment FROM (${all}) s LEFT JOIN ${identifier(people)} p USING (number)`;
}

const shownValues = 6;

async function exampleOf(
  store: TableStore,
  { tables }: DatasetVersion,
  attribute: string,
  said: Sql,
  person: number,
  signal?: AbortSignal,
): Promise<AttributeSources['example']> {
  const [shown] = (
    await store.query(
      sql`SELECT user_id AS id, ${identifier(attribute)}::VARCHAR AS shown FROM ${identifier(tables.users)} WHERE user_index = ${person}`,
      signal,
    )
  ).toArray();
  const rows = await store.query(
    sql`SELECT DISTINCT source, value, moment, place FROM (${said}) WHERE person = ${person} ORDER BY moment NULLS FIRST, place, value LIMIT ${shownValues}`,
    signal,
  );
  const times = numbersOf(rows, 'moment');
  const values = textsOf(rows, 'value');
  return {
    id: String(shown.id),
    shown: shown.shown === null ? null : String(shown.shown),
    values: textsOf(rows, 'source').map((source, i) => ({
      source: source!,
      value: values[i]!,
      at: times[i] === times[i] ? new Date(times[i] / 1000).toISOString() : null,
    })),
  };
}
