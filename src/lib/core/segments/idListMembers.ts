import { Table, makeVector } from 'apache-arrow';
import { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { readUserColumns } from '../profiles/attributes';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { identifier, sql, type Sql } from '../store/sql';
import { textColumn } from '../store/textColumn';
import { contactKeysOf, contactKeysQuery } from './contactKeys';
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

/**
 * The people of a list, by what it holds: two lists of the same ids share one answer. What is nobody's id is looked for among
 * e-mail addresses and phone numbers.
 */
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
  const people = scope.personIds ?? sql`SELECT user_index, user_id AS id FROM ${identifier(scope.tables.users)}`;
  const add = (found: Table) => {
    for (const user of indexesOf(found, 'user_index')) if (user < scope.users) members.add(user);
  };
  return withTable(scope, name, new Table({ id: textColumn(ids) }), async (table) => {
    const listed = sql`SELECT id::VARCHAR AS id FROM ${table}`;
    add(await scope.store.query(sql`SELECT DISTINCT user_index FROM (${people}) p SEMI JOIN (${listed}) l ON l.id = p.id`, run.signal));
    const missed = await scope.store.query(sql`SELECT l.id FROM (${listed}) l ANTI JOIN (${people}) p ON p.id = l.id`, run.signal);
    const others = textsOf(missed, 'id').map((id) => id!);
    const contacts = others.length === 0 ? null : contactKeysQuery(scope.tables.users, await readUserColumns(scope, run));
    const keys = contacts === null ? [] : others.flatMap((id, entry) => contactKeysOf(id).map((key) => ({ entry, key })));
    if (contacts === null || keys.length === 0) return { members, ids: ids.length, unknown: others.length };
    const wanted = new Table({
      entry: makeVector(Int32Array.from(keys, ({ entry }) => entry)),
      key: textColumn(keys.map(({ key }) => key)),
    });
    return withTable(scope, `${name}_contacts`, wanted, async (contactTable) => {
      const pairs = sql`FROM (${contacts}) p JOIN (SELECT entry, key::VARCHAR AS key FROM ${contactTable}) l ON l.key = p.key`;
      add(await scope.store.query(sql`SELECT DISTINCT user_index ${pairs}`, run.signal));
      const known = await scope.store.query(sql`SELECT count(DISTINCT entry)::DOUBLE AS n ${pairs}`, run.signal);
      return { members, ids: ids.length, unknown: others.length - numbersOf(known, 'n')[0] };
    });
  });
}

/** A table of the store for as long as something is done with it. */
async function withTable<Result>({ store }: IdListScope, name: string, rows: Table, use: (table: Sql) => Promise<Result>): Promise<Result> {
  const table = identifier(name);
  await store.putTable(name, rows);
  try {
    return await use(table);
  } finally {
    await store.execute(sql`DROP TABLE IF EXISTS ${table}`);
  }
}
