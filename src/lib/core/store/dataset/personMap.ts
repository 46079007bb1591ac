import { Table } from 'apache-arrow';
import { indexesOf } from '../columns';
import { identifier, join, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';
import { int32Column } from './arrowColumns';
import { comparedId, limitOf, type MergeBy, type Merging } from './identityKeys';
import { shortHash } from './names';
import { allIds } from './numbering';
import type { TableMaker } from './tableMaker';
import type { DatasetSource, IdSpace } from './version';

/** Which raw numbers belong to a person with a lower one; ascending by number. Everybody else is a person of their own. */
export interface PersonMap {
  number: Int32Array;
  person: Int32Array;
}

/** Who is one person, given pairs of numbers that are: union-find, where the lowest number stands for all. */
export function mergePeople(a: Int32Array, b: Int32Array): PersonMap {
  const parent = new Map<number, number>();
  const find = (number: number): number => {
    let root = number;
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
    // Everybody on the way points at the root from now on.
    for (let at = number; at !== root;) {
      const next = parent.get(at)!;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  for (let i = 0; i < a.length; i++) {
    const x = find(a[i]);
    const y = find(b[i]);
    if (x !== y) parent.set(Math.max(x, y), Math.min(x, y));
  }
  const number = Int32Array.from(parent.keys()).sort();
  return { number, person: number.map(find) };
}

/**
 * The person map as a table, from what the sources declare: raw numbers that share an id of one of these kinds, or
 * bear it themselves, are one person. Made anew each time, so taking a source or a kind away takes its merges back.
 * @param present table of the raw numbers that some source has
 * @returns null where nobody is merged
 */
export async function peopleTable(
  maker: TableMaker,
  sources: readonly DatasetSource[],
  ids: IdSpace,
  merging: Merging,
  present: string,
): Promise<string | null> {
  const borne = borneIds(sources, ids, merging, sql`SELECT number FROM ${identifier(present)}`);
  if (borne === null) return null;
  const { number, person } = await readPairs(maker.store, borne, merging.merge);
  if (number.length === 0) return null;
  const table = new Table({ number: int32Column(number), person: int32Column(person) });
  return maker.put(`people_${shortHash({ number: [...number], person: [...person] })}`, () => table);
}

/** `id_kind, id, number, raw`: each number that bears an id, as the ids are compared and as one of them was given; null where no source has any. */
export function borneIds(
  sources: readonly Pick<DatasetSource, 'declared'>[],
  ids: IdSpace,
  { merge, phones }: Merging,
  present: Sql,
): Sql | null {
  const kinds = new Set(merge.map(({ kind }) => kind));
  const declared = sources.flatMap((source) => source.declared).filter(({ kind }) => kinds.has(kind));
  if (declared.length === 0) return null;
  const selects = [
    ...declared.map(({ kind, table, column }) => ({ kind, column, from: identifier(table) })),
    ...[...kinds].map((kind) => ({
      kind,
      column: 'id',
      from: sql`(SELECT number, id FROM (${allIds(ids)}) SEMI JOIN (${present}) USING (number) WHERE id_kind = ${kind})`,
    })),
  ].map(
    ({ kind, column, from }) =>
      sql`SELECT ${kind} AS id_kind, ${comparedId(kind, column, phones)} AS id, number, ${identifier(column)} AS raw FROM ${from}`,
  );
  return sql`SELECT id_kind, id, number, min(raw) AS raw FROM (${join(selects, ' UNION ALL ')}) WHERE id IS NOT NULL GROUP BY ALL`;
}

/** Who is one person by ids of these kinds that are not shared by too many. */
export async function readPairs(store: TableStore, borne: Sql, merge: readonly MergeBy[]): Promise<PersonMap> {
  const within = merge.map((by) => sql`(id_kind = ${by.kind} AND count(*) <= ${limitOf(by)})`);
  if (within.length === 0) return mergePeople(new Int32Array(0), new Int32Array(0));
  const pairs = await store.query(sql`
    WITH borne AS (${borne}),
    shared AS (SELECT id_kind, id, min(number) AS lowest FROM borne GROUP BY id_kind, id HAVING count(*) > 1 AND (${join(within, ' OR ')}))
    SELECT number, lowest FROM borne JOIN shared USING (id_kind, id) WHERE number > lowest`);
  return mergePeople(indexesOf(pairs, 'number'), indexesOf(pairs, 'lowest'));
}

/** Raw number → person, where they differ. */
export async function readPeople(maker: TableMaker, people: string | null): Promise<Map<number, number>> {
  if (people === null) return new Map();
  const rows = await maker.store.query(sql`SELECT number, person FROM ${identifier(people)}`);
  const persons = indexesOf(rows, 'person');
  return new Map(Array.from(indexesOf(rows, 'number'), (number, row) => [number, persons[row]]));
}
