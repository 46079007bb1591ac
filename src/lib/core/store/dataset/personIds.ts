import { indexesOf, textsOf } from '../columns';
import { identifier, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';
import { allIds } from './numbering';
import type { DatasetVersion } from './version';

/** Ids under which rows of one person came, as the files have them; kind `user` is an id of no kind in particular. */
export interface RawId {
  kind: string;
  id: string;
}

/** All ids that are merged into the person whom a screen shows as `userId`, that one too; none where nobody is merged with them. */
export async function personIds(
  store: TableStore,
  { people, tables, ids: { users } }: DatasetVersion,
  userId: string,
  signal?: AbortSignal,
): Promise<RawId[]> {
  if (people === null) return [];
  const [person] = indexesOf(
    await store.query(sql`SELECT user_index FROM ${identifier(tables.users)} WHERE user_id = ${userId}`, signal),
    'user_index',
  );
  if (person === undefined) return [];
  const members = sql`SELECT number FROM ${identifier(people)} WHERE person = ${person}`;
  const rows = await store.query(
    sql`SELECT id_kind, id FROM (${allIds(users)}) WHERE number = ${person} OR number IN (${members}) ORDER BY id_kind, id`,
    signal,
  );
  const kinds = textsOf(rows, 'id_kind');
  const texts = textsOf(rows, 'id');
  return texts.length > 1 ? texts.map((id, row) => ({ kind: kinds[row]!, id: id! })) : [];
}

/** `user_index, id` of every id that the data knows, each with the person whose it is. */
export function personIdsQuery({ people, ids: { users } }: DatasetVersion): Sql {
  if (people === null) return sql`SELECT number AS user_index, id FROM (${allIds(users)})`;
  return sql`SELECT coalesce(person, number) AS user_index, id FROM (${allIds(users)}) LEFT JOIN ${identifier(people)} USING (number)`;
}

/** Numbers of the people of whom some id contains the text, in any case, merged or not; none where nobody is merged. */
export async function peopleWithId(
  store: TableStore,
  { people, ids: { users } }: DatasetVersion,
  text: string,
  signal?: AbortSignal,
): Promise<Int32Array> {
  if (people === null) return new Int32Array(0);
  const found = await store.query(
    sql`SELECT DISTINCT coalesce(person, number) AS person FROM (${allIds(users)}) LEFT JOIN ${identifier(people)} USING (number)
      WHERE contains(lower(id), lower(${text}))`,
    signal,
  );
  return indexesOf(found, 'person');
}
