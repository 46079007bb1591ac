import { Table } from 'apache-arrow';
import { indexesOf } from '../columns';
import { identifier, join, sql } from '../sql';
import { int32Column } from './arrowColumns';
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
  kinds: readonly string[],
  present: string,
): Promise<string | null> {
  const declared = sources.flatMap((source) => source.declared).filter(({ kind }) => kinds.includes(kind));
  if (declared.length === 0) return null;
  const named = join(
    [
      ...declared.map(
        ({ kind, table, column }) =>
          sql`SELECT ${kind} AS id_kind, ${identifier(column)} AS id, number FROM ${identifier(table)} WHERE ${identifier(column)} IS NOT NULL`,
      ),
      sql`SELECT id_kind, id, number FROM (${allIds(ids)}) SEMI JOIN ${identifier(present)} USING (number) WHERE id_kind IN (${[...kinds]})`,
    ],
    ' UNION ',
  );
  const pairs = await maker.store.query(sql`
    WITH named AS (${named}),
    shared AS (SELECT id_kind, id, min(number) AS lowest FROM named GROUP BY id_kind, id HAVING min(number) < max(number))
    SELECT number, lowest FROM named JOIN shared USING (id_kind, id) WHERE number > lowest`);
  const { number, person } = mergePeople(indexesOf(pairs, 'number'), indexesOf(pairs, 'lowest'));
  if (number.length === 0) return null;
  const table = new Table({ number: int32Column(number), person: int32Column(person) });
  return maker.put(`people_${shortHash({ number: [...number], person: [...person] })}`, () => table);
}

/** Raw number → person, where they differ. */
export async function readPeople(maker: TableMaker, people: string | null): Promise<Map<number, number>> {
  if (people === null) return new Map();
  const rows = await maker.store.query(sql`SELECT number, person FROM ${identifier(people)}`);
  const persons = indexesOf(rows, 'person');
  return new Map(Array.from(indexesOf(rows, 'number'), (number, row) => [number, persons[row]]));
}
