import { Table } from 'apache-arrow';
import { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { indexesOf, numbersOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { identifier, sql, type Sql } from '../store/sql';
import { textColumn } from '../store/textColumn';
import { idListKey, idsOf, type IdList } from './idList';

/** Whom a list names. */
export interface IdListMembers {
  members: Bitset;
  /** Ids on the list. */
  ids: number;
  /** Of those, the ones that the data does not know. */
  unknown: number;
}

/** Where lists find people: the data, and by which ids it knows them. */
export interface IdListScope extends DataScope {
  /** `user_index, id` of every id of every person, merged ones too; the users table's own ids where it is left out. */
  personIds?: Sql;
}

/** @throws UserError `id_list_unknown` */
export function requireIdList(lists: readonly IdList[] = [], id: string): IdList {
  const list = lists.find((candidate) => candidate.id === id);
  if (list) return list;
  throw new UserError('id_list_unknown', `There is no list of customers "${id}".`, 'Choose one of the lists of this plan, or upload it.', {
    list: id,
  });
}

/** The people of a list, by what it holds: two lists of the same ids share one answer. */
export function idListMembers(scope: IdListScope, list: Pick<IdList, 'ids'>, run: RunContext): Promise<IdListMembers> {
  const key = idListKey(list);
  return remember(scope, `id list ${key} ${scope.personIds?.text ?? ''}`, (run) => read(scope, list, key, run), run);
}

/** The ids go into the store as a table for one join: as many literals would take longer to parse than to find. */
async function read(scope: IdListScope, list: Pick<IdList, 'ids'>, key: string, run: RunContext): Promise<IdListMembers> {
  const ids = idsOf(list);
  const members = new Bitset(scope.users);
  if (ids.length === 0) return { members, ids: 0, unknown: 0 };
  await run.breathe();
  const name = `id_list_${key}`;
  const table = identifier(name);
  const people = scope.personIds ?? sql`SELECT user_index, user_id AS id FROM ${identifier(scope.tables.users)}`;
  await scope.store.putTable(name, new Table({ id: textColumn(ids) }));
  try {
    const found = await scope.store.query(
      sql`SELECT DISTINCT user_index FROM (${people}) p SEMI JOIN (SELECT id::VARCHAR AS id FROM ${table}) l ON l.id = p.id`,
      run.signal,
    );
    for (const user of indexesOf(found, 'user_index')) if (user < scope.users) members.add(user);
    const missed = await scope.store.query(
      sql`SELECT count(*)::DOUBLE AS n FROM (SELECT id::VARCHAR AS id FROM ${table}) l ANTI JOIN (${people}) p ON p.id = l.id`,
      run.signal,
    );
    return { members, ids: ids.length, unknown: numbersOf(missed, 'n')[0] };
  } finally {
    await scope.store.execute(sql`DROP TABLE IF EXISTS ${table}`);
  }
}
